"""The words of our mail and SMS, where an administrator has written their own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.checks import at_most
from core.models import Versioned
from notifications.querysets import WordingQuerySet

BODY_LENGTH, SMS_SOURCE_LENGTH = 10_000, 1000
_WORDS = r"\S"


class MessageKind(models.TextChoices):
    """What a message says: a folder of templates/emails, named by Rule.template."""

    TICKET_OPENED = "ticket_opened", _("We have your report")
    STAFF_REPLIED = "staff_replied", _("A reply to the customer")
    VISIT_BOOKED = "visit_booked", _("A visit is booked")
    VISIT_CANCELLED = "visit_cancelled", _("A visit is off")
    ON_THE_WAY = "on_the_way", _("The technician is on the way")
    TICKET_RESOLVED = "ticket_resolved", _("We believe it is solved")
    CLOSE_WARNING = "close_warning", _("The ticket closes soon")
    TICKET_CLOSED = "ticket_closed", _("The ticket is closed")
    TICKET_REOPENED = "ticket_reopened", _("The ticket is open again")
    JOB_ASSIGNED = "job_assigned", _("A job for a technician")
    JOB_TAKEN_AWAY = "job_taken_away", _("A job is no longer theirs")
    JOB_NEWS = "job_news", _("News about a ticket, for colleagues")
    MENTION = "mention", _("Somebody is mentioned in a note")
    PROMISE = "promise", _("A promise is due or late")


class Wording(Versioned):
    """Our words for one kind of message in one language. No row, or not in use: the shipped ones.

    body: Markdown, of which the text and the HTML of the mail are both made. sms: "" for the
    shipped words. All three may hold {{ placeholders }} of the kind, see placeholders.py.
    """

    kind = models.CharField(max_length=40, choices=MessageKind, editable=False)
    language = models.CharField(max_length=10, editable=False)
    heading = models.CharField(_("heading"), max_length=200)
    body = models.TextField(_("text of the e-mail"), max_length=BODY_LENGTH)
    sms = models.TextField(_("SMS"), max_length=SMS_SOURCE_LENGTH, blank=True)
    is_used = models.BooleanField(default=False, editable=False)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="wording_once"),
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="wording_kind"),
            models.CheckConstraint(condition=~Q(language=""), name="wording_language"),
            models.CheckConstraint(condition=Q(heading__regex=_WORDS), name="wording_heading"),
            models.CheckConstraint(
                condition=Q(body__regex=_WORDS) & at_most("body", BODY_LENGTH),
                name="wording_body",
            ),
            models.CheckConstraint(condition=at_most("sms", SMS_SOURCE_LENGTH), name="wording_sms"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("notifications:text_edit", args=[self.kind, self.language])


class WordingRevision(models.Model):
    """The words as somebody saved them. was_reset: they went back to the shipped ones."""

    wording = models.ForeignKey(Wording, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    heading = models.CharField(max_length=200)
    body = models.TextField()
    sms = models.TextField(blank=True)
    was_reset = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("revision of a message text")
        verbose_name_plural = _("revisions of message texts")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["wording", "number"], name="wordingrevision_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="wordingrevision_number"),
        ]

    def __str__(self) -> str:
        return f"{self.wording} ({self.number})"
