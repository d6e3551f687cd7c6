"""What staff write before the customer may read it: drafts, and replies on their way out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attachments.models import StoredFile
from customers.models import Contact
from tickets.models.ticket import Message, MessageKind, Ticket
from tickets.querysets import DraftQuerySet, OutgoingQuerySet

DRAFT_KINDS = [MessageKind.REPLY.value, MessageKind.NOTE.value]


class HoldReason(models.TextChoices):
    """Why a reply was not sent when its time came."""

    CUSTOMER_WROTE = "customer", _("the customer wrote meanwhile")
    COLLEAGUE_WROTE = "colleague", _("a colleague answered meanwhile")
    RESOLVED = "resolved", _("the ticket was resolved meanwhile")
    CLOSED = "closed", _("the ticket was closed meanwhile")
    MERGED = "merged", _("the ticket was merged meanwhile; the text waits as your draft here")


class Outgoing(models.Model):
    """How and when a reply of staff goes out. Its message is of kind "out" until it is released.

    The recipients are those of the click. seen: key of the newest message the author knew.
    copies, copies_before: e-mail addresses in Cc, of this reply and of the ticket at the click.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="outgoing")
    release_at = models.DateTimeField(_("goes out"))
    is_scheduled = models.BooleanField(_("for later"), default=False)
    set_status = models.CharField(max_length=12, blank=True)
    seen = models.BigIntegerField(default=0)
    requester = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    address = models.EmailField(_("to"), blank=True)
    copies = models.JSONField(_("Cc"), default=list)
    copies_before = models.JSONField(default=list)
    to_closed = models.BooleanField(default=False)
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    hold_reason = models.CharField(max_length=10, choices=HoldReason, blank=True)
    released_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply on its way")
        verbose_name_plural = _("replies on their way")
        indexes = [
            models.Index(
                fields=["release_at"],
                condition=Q(released_at=None, held_at=None),
                name="outgoing_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_at=None) | Q(released_at=None), name="outgoing_held_or_sent"
            ),
            models.CheckConstraint(
                condition=Q(held_at=None, hold_reason="")
                | (Q(held_at__isnull=False) & ~Q(hold_reason="")),
                name="outgoing_held_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.message_id} for {self.address}"


class Draft(models.Model):
    """What somebody has typed and not sent: one per person, ticket and kind.

    version: counts the saves, so that a second tab does not overwrite the first unasked.
    seen: key of the newest message on the page when the draft was begun.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=MessageKind, default=MessageKind.REPLY)
    body = models.TextField(blank=True, max_length=100_000)
    copies = models.CharField(max_length=2000, blank=True)
    set_status = models.CharField(max_length=12, blank=True)
    seen = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        constraints = [
            models.UniqueConstraint(fields=["user", "ticket", "kind"], name="draft_once"),
            models.CheckConstraint(condition=Q(kind__in=DRAFT_KINDS), name="draft_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} draft of {self.user_id} on {self.ticket_id}"


class DraftFile(models.Model):
    """A file that waits in a draft. Nobody but the draft's owner may open it."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.stored_id} in draft {self.draft_id}"
