"""The rules table and the outbox."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NewsKind
from core.indexes import contains_index
from core.models import EventRecord
from notifications.devices import PushDevice
from notifications.querysets import BlockedAddressQuerySet, NotificationQuerySet


class Audience(models.TextChoices):
    """Whom a rule tells. Resolved in audiences.py."""

    REQUESTER = "requester", _("The customer who reported it")
    COPIES = "copies", _("People in Cc")
    TECHNICIAN = "technician", _("The owner of the ticket")
    PREVIOUS_TECHNICIAN = "previous_technician", _("Who owned it before")
    DESK = "desk", _("Agents and managers")
    TEAM = "team", _("The ticket's team")
    QUEUE = "queue", _("The team, else the desk, while nobody has it")
    PROMISE = "promise", _("Whom the promise names, without those on time off")
    FOLLOWERS = "followers", _("Colleagues who follow the ticket")
    AUTHOR = "author", _("The author of the reply")
    MENTIONED = "mentioned", _("Colleagues the note mentions")
    NAMED = "named", _("Whom an automation rule names")
    RULE_MAKERS = "rule_makers", _("Who can change automation rules")
    MANAGER = "manager", _("Managers")
    SALES = "sales", _("Sales")


class Medium(models.TextChoices):
    """Channel of one outbox row."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    PUSH = "push", _("Push")
    BELL = "bell", _("In the application")


# Words of the desk among themselves: no rule may tell a customer (ATTACKS A21).
INTERNAL_EVENTS = [
    "ticket.note_added",
    "ticket.declined",
    "ticket.no_technician_found",
    "ticket.edited",
    "ticket.snoozed",
    "ticket.snooze_ended",
    "ticket.incidents_answered",
    "ticket.link_added",
    "ticket.link_removed",
    "ticket.split",
    "ticket.split_received",
    "ticket.message_moved",
    "ticket.message_received",
    "ticket.sla_warned",
    "ticket.sla_breached",
    "ticket.due_date_set",
    "ticket.due_date_cleared",
    "ticket.reply_queued",
    "ticket.reply_undone",
    "ticket.reply_held",
    "ticket.status_kept",
    "ticket.copies_changed",
    "ticket.copies_proposed",
    "ticket.copy_left_out",
    "ticket.follower_added",
    "ticket.follower_removed",
    "ticket.staff_mentioned",
    "ticket.rule_told",
    "ticket.rule_replied",
    "ticket.rule_stopped",
    "ticket.mail_bounced",
]


class Rule(models.Model):
    """When this event happens, tell this audience.

    channels: those used for people who chose none for `kind`; a person's own choice replaces
    e-mail and SMS, the bell stays. template: folder templates/emails/<template>/.
    tells_actor: also who did it themselves, such as the receipt for a ticket.
    """

    event = models.CharField(_("event"), max_length=80)
    audience = models.CharField(_("audience"), max_length=30, choices=Audience)
    kind = models.CharField(_("kind of news"), max_length=20, choices=NewsKind)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Medium), verbose_name=_("channels")
    )
    template = models.CharField(_("template"), max_length=80)
    tells_actor = models.BooleanField(_("also tells who did it"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule")
        ordering = ["event", "audience"]
        constraints = [
            models.UniqueConstraint(fields=["event", "audience"], name="rule_once"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="rule_audience"),
            models.CheckConstraint(condition=Q(kind__in=NewsKind.values), name="rule_kind"),
            models.CheckConstraint(
                condition=~Q(audience__in=["requester", "copies"], event__in=INTERNAL_EVENTS),
                name="rule_keeps_internal_news_inside",
            ),
            models.CheckConstraint(
                condition=~Q(audience="copies") | Q(channels__contained_by=["email"]),
                name="rule_copies_are_mails",
            ),
            models.CheckConstraint(
                condition=Q(channels__contained_by=Medium.values), name="rule_channels"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(channels__len__gt=0),
                name="rule_in_use_has_a_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.audience}"


class State(models.TextChoices):
    """Where an outbox row stands."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    HELD = "held", _("Held for later")
    GATHERED = "gathered", _("Sent with others")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNSENT = "unsent", _("Not sent")
    CANCELLED = "cancelled", _("Cancelled")


class Delivery(models.TextChoices):
    """What Twilio last said of an SMS; nothing else has such reports."""

    ACCEPTED = "accepted", _("Accepted")
    SCHEDULED = "scheduled", _("Scheduled")
    QUEUED = "queued", _("At the provider")
    SENDING = "sending", _("On its way")
    SENT = "sent", _("With the phone network")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")
    FAILED = "failed", _("Refused")
    CANCELED = "canceled", _("Cancelled at the provider")
    READ = "read", _("Read")


class Notification(models.Model):
    """One message to one person by one channel. The row comes first, the sending after.

    dedupe_key: event, rule, person and channel; the same news is never written twice.
    lease_until: while a sender has it; afterwards another may take it over. doubts: attempts of
    which nobody knows whether the message went out; after the second a person decides.
    delivery, segments, price: of SMS, as Twilio reports them; a price is negative when we pay.
    sender: the From header, empty for the desk's own; in_reply_to: a Message-ID without brackets.
    HELD: its person has silence until next_attempt_at. GATHERED: digest has its words.
    event is NULL for mails of accounts: their links are keys, so nobody may read the text.
    """

    event = models.ForeignKey(
        EventRecord, models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notifications",
    )
    recipient_name = models.CharField(max_length=150, blank=True)
    channel = models.CharField(max_length=10, choices=Medium)
    address = models.CharField(max_length=254, blank=True)
    cc = ArrayField(models.EmailField(), default=list, blank=True)
    sender = models.CharField(max_length=400, blank=True)
    reply_to = models.EmailField(blank=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    doubts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(max_length=12, choices=Delivery, blank=True)
    segments = models.PositiveSmallIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=5, null=True, blank=True)
    price_unit = models.CharField(max_length=3, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    device = models.ForeignKey(
        PushDevice, models.SET_NULL, null=True, blank=True, related_name="notifications"
    )
    digest = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="gathered"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["address", "id"],
                condition=~Q(state="sent"),
                name="notification_address",
            ),
            models.Index(
                fields=["channel", "next_attempt_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="notification_waiting",
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="held"),
                name="notification_held",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state="sending"),
                name="notification_leased",
            ),
            models.Index(
                fields=["user", "-id"], condition=Q(channel="bell"), name="notification_bell"
            ),
            models.Index(fields=["state", "-id"], name="notification_by_state"),
            models.Index(
                fields=["channel", "-id"], condition=~Q(channel="bell"), name="notification_outside"
            ),
            models.Index(
                fields=["sent_at"],
                condition=Q(state="sent") & ~Q(channel="bell"),
                name="notification_sent",
            ),
            contains_index(
                *("recipient_name", "address", "subject", "last_error"),
                name="notification_contains",
            ),
            models.Index(
                fields=["address", "-id"], condition=Q(channel="sms"), name="notification_sms_to"
            ),
            models.Index(
                fields=["sent_at"],
                condition=Q(channel="sms", state="sent", price=None),
                name="notification_sms_unpriced",
            ),
            # A provider names a mail by its own number.
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="notification_by_provider",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="notification_state"),
            models.CheckConstraint(
                condition=Q(channel__in=Medium.values), name="notification_channel"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="notification_sent_at_iff_sent",
            ),
            models.CheckConstraint(
                condition=Q(device=None) | Q(channel="push"), name="notification_device_of_push"
            ),
            models.CheckConstraint(
                condition=Q(digest=None) | Q(state="gathered"),
                name="notification_gathered_in_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "gathered"]) | ~Q(channel="bell"),
                name="notification_bell_never_waits",
            ),
            models.CheckConstraint(
                condition=Q(delivery="") | Q(channel="sms", delivery__in=Delivery.values),
                name="notification_delivery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.recipient_name or self.address}"

    @property
    def is_secret(self) -> bool:
        """Whether the text holds a link that signs somebody in."""
        return self.event_id is None and self.channel != Medium.BELL

    @property
    def price_paid(self) -> Decimal | None:
        """Positive, without zeros that say nothing."""
        return None if self.price is None else abs(self.price).normalize()

    @property
    def may_be_resent(self) -> bool:
        """Failed or never sent, and the text is still there."""
        return self.state in (State.FAILED, State.UNSENT, State.CANCELLED)

    @property
    def may_be_cancelled(self) -> bool:
        """Not out, and not in the air either."""
        return self.state in (State.QUEUED, State.HELD, State.FAILED, State.UNSENT)


class Breaker(models.Model):
    """Whether the provider of a channel answers, for all workers. No row: it always did.

    failures: in a row, while it is closed. opened_at: since when nothing is sent. retry_at: then
    one message tries whether it answers again; while it tries, until when the others wait.
    openings: tries in a row that failed, so that the waits grow.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Medium, unique=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    opened_at = models.DateTimeField(_("stopped since"), null=True, blank=True)
    retry_at = models.DateTimeField(_("next try"), null=True, blank=True)
    openings = models.PositiveIntegerField(_("failed tries"), default=0)
    last_error = models.TextField(_("last answer"), blank=True)

    class Meta:
        verbose_name = _("provider")
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at=None, retry_at=None)
                | Q(opened_at__isnull=False, retry_at__isnull=False),
                name="breaker_retry_iff_open",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[Medium.EMAIL, Medium.SMS]), name="breaker_channel"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_channel_display())

    @property
    def is_open(self) -> bool:
        """Whether nothing is sent just now."""
        return self.opened_at is not None


class StoppedNumber(models.Model):
    """A phone that asked for no more SMS. Nothing is sent there until it says START."""

    phone = models.CharField(_("phone"), max_length=20, unique=True)
    reason = models.CharField(_("reason"), max_length=200)
    stopped_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("number without SMS")
        verbose_name_plural = _("numbers without SMS")
        constraints = [models.CheckConstraint(condition=~Q(phone=""), name="stopped_phone_given")]

    def __str__(self) -> str:
        return self.phone


class SmsUse(models.Model):
    """How much of a limit is used up since starts_at. scope and key: whose, see allowances.py."""

    scope = models.CharField(max_length=12)
    key = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("use of an SMS limit")
        constraints = [
            models.UniqueConstraint(fields=["starts_at", "scope", "key"], name="sms_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}: {self.used}"


class Fate(models.TextChoices):
    """What the other side said about one recipient; the later ones here outdo the earlier."""

    DEFERRED = "deferred", _("Delayed by the other side")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Came back")
    COMPLAINED = "complained", _("Reported as spam")

    @property
    def weight(self) -> int:
        """What came back after it was accepted came back, in whatever order the news arrives."""
        return list(Fate).index(self)


class MailDelivery(models.Model):
    """What became of an e-mail for one of its recipients, as far as somebody told us.

    reason: one of mailbox.parsing.reasons. is_hard: writing again is of no use.
    """

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    address = models.CharField(max_length=254)
    fate = models.CharField(max_length=10, choices=Fate)
    reason = models.CharField(max_length=30, blank=True)
    is_hard = models.BooleanField(default=False)
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery of a mail")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notification", "address"], name="mail_delivery_once"),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="mail_delivery_fate"),
            models.CheckConstraint(
                condition=Q(is_hard=False) | Q(fate__in=["bounced", "complained"]),
                name="mail_delivery_hard_came_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fate} {self.address}"


class BlockedAddress(models.Model):
    """An address that gets nothing automatic until then: it does not exist, or complained.

    People may still write to it, and are warned.
    """

    address = models.CharField(_("address"), max_length=254, unique=True)
    reason = models.CharField(_("reason"), max_length=30)
    blocked_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    objects = BlockedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("blocked_at")), name="blocked_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")) & ~Q(address=""), name="blocked_address_small"
            ),
        ]

    def __str__(self) -> str:
        return self.address
