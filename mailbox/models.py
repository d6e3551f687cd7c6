"""Mailboxes of the desk, and every mail that came to one with what became of it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from core.indexes import contains_index
from core.secrets import EncryptedTextField
from mailbox.querysets import ImapAccountQuerySet, InboundMailQuerySet, InboundSmsQuerySet
from tickets.models import Category, Message, Ticket

ID_LENGTH = 255


class Mailbox(models.Model):
    """An address people write to. What comes there goes to its team and category."""

    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("address"))
    # What people read as sender of our answers; the address itself when empty.
    sender_address = models.EmailField(_("sender address"), blank=True)
    signature = models.TextField(_("signature"), blank=True, max_length=2_000)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, models.SET_NULL, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("address"), name="mailbox_address_once"),
            models.CheckConstraint(condition=~Q(address=""), name="mailbox_address_given"),
            models.CheckConstraint(condition=~Q(name=""), name="mailbox_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class ImapAccount(models.Model):
    """How the mails of a mailbox are fetched. mailbox.actions.fetching writes where it
    stands.

    secret: the password, or with OAuth2 the refresh token. uid_validity: of the folder when it was
    read to its end, NULL before that; last_uid: all mails up to this one were taken, but those of
    stuck_uids, which the server would not hand out. failures: in a row. try_asked_at:
    somebody wants to know whether one can sign in, and no worker has said so yet.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("Password")
        OAUTH2 = "oauth2", _("OAuth2 (Microsoft 365, Google)")

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="imap")
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(_("user name"), max_length=254)
    sign_in = models.CharField(max_length=8, choices=SignIn, default=SignIn.PASSWORD)
    secret = EncryptedTextField(_("password or refresh token"))
    token_url = models.CharField(_("token address"), max_length=500, blank=True)
    client_id = models.CharField(_("client id"), max_length=200, blank=True)
    client_secret = EncryptedTextField(_("client secret"), blank=True)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    is_active = models.BooleanField(_("fetch"), default=True)
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    stuck_uids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    next_fetch_at = models.DateTimeField(default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    last_success_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=500, blank=True, editable=False)
    try_asked_at = models.DateTimeField(null=True, editable=False)
    tried_at = models.DateTimeField(_("tried"), null=True, editable=False)
    tried = models.CharField(_("what came of it"), max_length=500, blank=True, editable=False)

    objects = ImapAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("IMAP account")
        verbose_name_plural = _("IMAP accounts")
        constraints = [
            models.CheckConstraint(condition=Q(port__range=(1, 65535)), name="imap_port"),
            models.CheckConstraint(
                condition=~Q(sign_in="oauth2") | (~Q(token_url="") & ~Q(client_id="")),
                name="imap_oauth2_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(host="") & ~Q(username="") & ~Q(folder=""), name="imap_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username} · {self.host}"


def own_mailboxes() -> set[str]:
    """Every address we read or write as, also of a mailbox that is out of use, in lower case."""
    rows = Mailbox.objects.values_list("address", "sender_address")
    return {address.lower() for row in rows for address in row if address}


class Fate(models.TextChoices):
    """What became of a mail: exactly one of these."""

    CREATED = "created", _("New ticket")
    APPENDED = "appended", _("Added to a ticket")
    BOUNCE = "bounce", _("Came back")
    AUTO_REPLY = "auto_reply", _("Automatic answer")
    IGNORED = "ignored", _("Ignored")
    QUARANTINED = "quarantined", _("Quarantine")


def raw_name(instance: "InboundMail", filename: str) -> str:
    """Our own name, in a folder that the nightly check of attachments leaves alone."""
    key = uuid.uuid4().hex
    return f"mail/{key[:2]}/{key}"


class InboundMail(models.Model):
    """One mail as it came, its fate, and why.

    header_id: its Message-ID without brackets; made of the bytes when it has none.
    steps: the trace, sentences in their order. duplicates: how often it came again.
    moved_at: a person said where it belongs, so later replies to it follow.
    has_folded: there is history or a signature that its message leaves out; NULL is not known.
    A database trigger lets the bytes go with the row.
    """

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    header_id = models.CharField(max_length=ID_LENGTH)
    raw = models.FileField(upload_to=raw_name, max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received"))
    from_email = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=150, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    fate = models.CharField(_("fate"), max_length=12, choices=Fate)
    reason = models.TextField(_("reason"), blank=True)
    steps = models.JSONField(default=list)
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="inbound_mails"
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="inbound_mails"
    )
    duplicates = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(null=True, blank=True)
    has_folded = models.BooleanField(null=True, editable=False)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["fate", "id"], name="inbound_by_fate"),
            models.Index(fields=["from_email", "received_at"], name="inbound_by_sender"),
            models.Index(fields=["received_at", "fate"], name="inbound_by_day"),
            contains_index("from_email", "from_name", "subject", name="inbound_contains"),
            models.Index(fields=["header_id"], name="inbound_by_id"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "header_id"], name="inbound_once"),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="inbound_fate"),
            models.CheckConstraint(condition=~Q(header_id=""), name="inbound_id_given"),
            models.CheckConstraint(condition=~Q(raw=""), name="inbound_raw_kept"),
            models.CheckConstraint(
                condition=~Q(fate__in=["created", "appended"]) | Q(ticket__isnull=False),
                name="inbound_has_its_ticket",
            ),
            models.CheckConstraint(
                condition=~Q(fate="quarantined") | Q(reason__regex=r"\S"),
                name="inbound_quarantine_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("mailbox:detail", args=[self.pk])


class SmsFate(models.TextChoices):
    """What became of an SMS: exactly one of these once it was read."""

    WAITING = "waiting", _("Being read")
    CREATED = "created", _("New ticket")
    APPENDED = "appended", _("Added to a ticket")
    STOPPED = "stopped", _("Wants no more SMS")
    STARTED = "started", _("Wants SMS again")
    HELPED = "helped", _("Asked for help")
    QUARANTINED = "quarantined", _("Quarantine")


class InboundSms(models.Model):
    """One SMS as Twilio handed it over, and what became of it.

    sid: Twilio's number of it, so that it is taken once. media: [{"url", "type"}] of its pictures.
    opt_out: the order that Twilio carried out itself. duplicates: how often it came again.
    """

    sid = models.CharField(max_length=64, unique=True)
    from_phone = models.CharField(_("from"), max_length=32)
    to_phone = models.CharField(_("to"), max_length=32)
    body = models.TextField(_("text"), blank=True)
    media = models.JSONField(default=list, blank=True)
    opt_out = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    fate = models.CharField(_("fate"), max_length=12, choices=SmsFate, default=SmsFate.WAITING)
    reason = models.TextField(_("reason"), blank=True)
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="inbound_sms"
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="inbound_sms"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    duplicates = models.PositiveIntegerField(default=0)

    objects = InboundSmsQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming SMS")
        verbose_name_plural = _("incoming SMS")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["fate", "id"], name="inbound_sms_by_fate"),
            models.Index(fields=["from_phone", "received_at"], name="inbound_sms_by_sender"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(fate="waiting"),
                name="inbound_sms_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(sid=""), name="inbound_sms_sid_given"),
            models.CheckConstraint(condition=Q(fate__in=SmsFate.values), name="inbound_sms_fate"),
            models.CheckConstraint(
                condition=~Q(fate__in=["created", "appended"]) | Q(ticket__isnull=False),
                name="inbound_sms_has_its_ticket",
            ),
            models.CheckConstraint(
                condition=~Q(fate="quarantined") | Q(reason__regex=r"\S"),
                name="inbound_sms_quarantine_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.from_phone}"

    def get_absolute_url(self) -> str:
        return reverse("mailbox:sms_detail", args=[self.pk])
