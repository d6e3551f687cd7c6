"""The outbox: one row per person and channel, and whether the providers answer."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.indexes import contains_index
from core.models import EventRecord
from notifications.models.devices import PushDevice
from notifications.models.rules import Medium, Rule
from notifications.querysets import NotificationQuerySet


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
    unsubscribe_url: ends news of its kind, empty for what is no news; a key, so never shown.
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
    unsubscribe_url = models.CharField(max_length=300, blank=True)
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
