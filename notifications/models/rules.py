"""The rules table: when an event happens, whom it tells, by which channels."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import NewsKind


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
