"""Promises to customers: who is promised what, and the clocks of each ticket."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from calendars.models import Calendar
from core.models import Versioned
from customers.models import Customer
from tickets.models.ticket import LIVE, Category, Priority, Status, Ticket

PAUSABLE = [Status.WAITING, Status.ON_HOLD]
MINUTE_LIMIT = 200_000  # more than a year of office hours
MINUTES = [MinValueValidator(1), MaxValueValidator(MINUTE_LIMIT)]


def pauses_by_default() -> list[str]:
    """A new policy pauses while the customer is to move."""
    return [Status.WAITING.value]


class SlaPolicyQuerySet(models.QuerySet):
    """Named filters over policies."""

    def visible_to(self, user: Any) -> "SlaPolicyQuerySet":
        """Staff; customers see due dates, not the rules behind them."""
        return self if user.is_active and user.is_staff_member else self.none()

    def in_order(self) -> "SlaPolicyQuerySet":
        """As they are tried: the default policy last."""
        return self.order_by("is_default", "position", "pk")

    def first_for(self, ticket: Ticket) -> "SlaPolicy | None":
        """The first policy whose conditions the ticket meets; one that names nothing fits all."""
        asked = [ticket.priority, ticket.category_id, ticket.customer_id]
        return next(iter(SlaPolicy.objects.raw(FIRST_FOR, asked)), None)


# By hand: every reply asks this, and composing it anew took longer than all the rest.
FIRST_FOR = """
    SELECT * FROM tickets_slapolicy p
    WHERE (p.priorities = '{}' OR %s = ANY (p.priorities))
      AND (NOT EXISTS (SELECT FROM tickets_slapolicy_categories c WHERE c.slapolicy_id = p.id)
           OR EXISTS (SELECT FROM tickets_slapolicy_categories c
                      WHERE c.slapolicy_id = p.id AND c.category_id = %s))
      AND (NOT EXISTS (SELECT FROM tickets_slapolicy_customers c WHERE c.slapolicy_id = p.id)
           OR EXISTS (SELECT FROM tickets_slapolicy_customers c
                      WHERE c.slapolicy_id = p.id AND c.customer_id = %s))
    ORDER BY p.is_default, p.position, p.id LIMIT 1
"""


class SlaPolicy(Versioned):
    """What is promised to whom, in working minutes of a calendar. The first that fits counts.

    calendar NULL: the default calendar. warn_minutes: so many working minutes before a promise
    runs out its people are told; 0 for not at all.
    """

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("order"), default=1, editable=False)
    is_default = models.BooleanField(_("default"), default=False, editable=False)
    categories = models.ManyToManyField(
        Category, verbose_name=_("categories"), related_name="+", blank=True
    )
    customers = models.ManyToManyField(
        Customer, verbose_name=_("customers"), related_name="+", blank=True
    )
    priorities = ArrayField(
        models.PositiveSmallIntegerField(choices=Priority),
        verbose_name=_("priorities"),
        default=list,
        blank=True,
    )
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
    )
    first_reply_minutes = models.PositiveIntegerField(
        _("first reply within"), null=True, blank=True, validators=MINUTES
    )
    next_reply_minutes = models.PositiveIntegerField(
        _("next reply within"), null=True, blank=True, validators=MINUTES
    )
    resolution_minutes = models.PositiveIntegerField(
        _("resolution within"), null=True, blank=True, validators=MINUTES
    )
    pausing = ArrayField(
        models.CharField(max_length=12, choices=[(s.value, s.label) for s in PAUSABLE]),
        verbose_name=_("the clocks stand still while"),
        default=pauses_by_default,
        blank=True,
    )
    warn_minutes = models.PositiveIntegerField(
        _("warn before"), default=30, validators=[MaxValueValidator(MINUTE_LIMIT)]
    )
    tells_assignee = models.BooleanField(_("tell the assignee"), default=True)
    tells_team = models.BooleanField(_("tell the team"), default=False)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("also tell"), related_name="+", blank=True
    )

    objects = SlaPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["is_default", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="sla_policy_name_once",
                violation_error_message=_("Another policy has this name."),
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="sla_policy_one_default"
            ),
            models.CheckConstraint(
                condition=Q(first_reply_minutes__isnull=False)
                | Q(next_reply_minutes__isnull=False)
                | Q(resolution_minutes__isnull=False),
                name="sla_policy_promises_something",
            ),
            models.CheckConstraint(
                condition=Q(first_reply_minutes=None)
                | Q(resolution_minutes=None)
                | Q(first_reply_minutes__lte=F("resolution_minutes")),
                name="sla_policy_reply_before_resolution",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_minutes": None}) | Q(**{f"{name}_minutes__gte": 1}),
                    name=f"sla_policy_{name}_positive",
                )
                for name in ("first_reply", "next_reply", "resolution")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tickets:policy", args=[self.pk])


class ClockKind(models.TextChoices):
    """Which promise a clock measures. MANUAL: a date somebody set by hand."""

    FIRST_REPLY = "first_reply", _("First reply")
    NEXT_REPLY = "next_reply", _("Next reply")
    RESOLUTION = "resolution", _("Fix")
    MANUAL = "manual", _("Due date")


class TicketClockQuerySet(models.QuerySet):
    """Named filters over clocks. Whether one is broken is compared here, never stored."""

    def live(self) -> "TicketClockQuerySet":
        return self.filter(met_at=None, started_at__isnull=False, ticket__status__in=LIVE)

    def breached(self, *, now: datetime) -> "TicketClockQuerySet":
        """Kept too late, or not kept although the moment has passed."""
        return self.filter(Q(met_at__gt=F("due_at")) | Q(met_at=None, due_at__lt=now))

    def untold(self, step: str) -> "TicketClockQuerySet":
        """Of which nobody was told this step yet."""
        told = SlaAlert.objects.filter(
            ticket=OuterRef("ticket"), kind=OuterRef("kind"), number=OuterRef("number"), step=step
        )
        return self.filter(~Exists(told))


class TicketClock(models.Model):
    """One promise on one ticket as last computed: derived, so it may be computed again any time.

    number: which wait of the customer, 1 for the others. due_at NULL: paused. warn_at, alert_at:
    when people are told, inside working hours. segments: [from, to, kind, words] with seconds
    since 1970; the counted ones sum up to used_seconds.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks")
    policy = models.ForeignKey(
        SlaPolicy, models.SET_NULL, null=True, blank=True, related_name="clocks"
    )
    kind = models.CharField(max_length=12, choices=ClockKind)
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12)  # tickets.sla.clocks.ClockState, when last computed
    target_minutes = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    used_seconds = models.PositiveIntegerField(default=0)
    warn_at = models.DateTimeField(null=True, blank=True)
    alert_at = models.DateTimeField(null=True, blank=True)
    segments = models.JSONField(default=list)

    objects = TicketClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        ordering = ["ticket", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "number"], name="ticket_clock_once"),
            models.CheckConstraint(
                condition=Q(kind__in=ClockKind.values), name="ticket_clock_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["warn_at"], condition=Q(met_at=None), name="clock_to_warn"),
            models.Index(fields=["alert_at"], condition=Q(met_at=None), name="clock_to_alert"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.ticket_id}"

    def is_breached(self, now: datetime) -> bool:
        """Whether the promise was, or is being, broken. By the clock on the wall."""
        return self.due_at is not None and (self.met_at or now) > self.due_at


class SlaStep(models.TextChoices):
    """What people are told about a promise."""

    WARNED = "warned", _("Warned")
    BREACHED = "breached", _("Breached")


class SlaAlert(models.Model):
    """That people were told of a promise; the unique row is what makes it happen once.

    is_told: False for what was found so late that telling would only be noise.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="sla_alerts")
    kind = models.CharField(max_length=12, choices=ClockKind)
    number = models.PositiveIntegerField(default=1)
    step = models.CharField(max_length=10, choices=SlaStep)
    is_told = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("alert")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind", "number", "step"], name="sla_alert_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.kind} {self.number} of {self.ticket_id}"


class ManualDue(models.Model):
    """A due date somebody set by hand: it wins over every computed one."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="manual_due")
    due_at = models.DateTimeField(_("due"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_by_name = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("due date")

    def __str__(self) -> str:
        return f"{self.ticket_id} due {self.due_at}"


class ClockRun(models.Model):
    """Open tickets are being computed again, because a policy or a calendar changed.

    last_id: the ticket reached so far; a run that was cut off goes on after it.
    """

    reason = models.CharField(max_length=200)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_id = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("computation")
        ordering = ["-id"]
        constraints = [
            # A change meanwhile starts the one run over; two would do everything twice.
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(finished_at=None),
                name="clock_run_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"

    @property
    def percent(self) -> int:
        return 100 if not self.total else min(100, self.done * 100 // self.total)
