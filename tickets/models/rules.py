"""Rules: what the desk does by itself, and the log of what it did."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import EventRecord, Versioned
from tickets.models.ticket import Ticket

EVERY_LEAST, EVERY_MOST = 5, 10_080  # minutes; a week


class Trigger(models.TextChoices):
    """What makes the desk look whether a rule fits. tickets.rule_triggers knows the events."""

    OPENED = "opened", _("A ticket is opened")
    CUSTOMER_REPLIED = "customer_replied", _("The customer writes")
    STAFF_REPLIED = "staff_replied", _("A colleague writes to the customer")
    NOTE_ADDED = "note_added", _("A colleague adds a note")
    STATUS = "status", _("The status changes")
    PRIORITY = "priority", _("The priority changes")
    CATEGORY = "category", _("The category changes")
    ASSIGNED = "assigned", _("Somebody gets the ticket")
    UNASSIGNED = "unassigned", _("The ticket is taken from somebody")
    NOBODY = "nobody", _("No technician is found for it")
    DUE_SOON = "due_soon", _("A promise is due soon")
    MISSED = "missed", _("A promise is missed")
    TIME = "time", _("Time: every so many minutes")


class RuleQuerySet(models.QuerySet):
    """Named filters over rules."""

    def visible_to(self, user: Any) -> "RuleQuerySet":
        """Who may change them; what they did stands in each ticket's history."""
        return self if user.is_active and user.is_manager else self.none()

    def in_order(self) -> "RuleQuerySet":
        """As they are tried."""
        return self.order_by("position", "pk")

    def enabled(self) -> "RuleQuerySet":
        return self.filter(is_enabled=True)

    def due(self, *, now: datetime) -> "RuleQuerySet":
        """Rules of time whose next look at the tickets has come."""
        rows = self.enabled().filter(trigger=Trigger.TIME)
        return rows.filter(Q(next_check_at=None) | Q(next_check_at__lte=now))


class AutomationRule(Versioned):
    """When this happens, to tickets that meet these conditions, do these things.

    conditions: name of a filter or of tickets.rule_conditions -> list of texts, as saved views.
    deeds: key of tickets.rule_deeds -> its value. stops: rules after it leave the ticket alone.
    problem: why it cannot be tried at all, or "". told_at: when people last heard of trouble.
    """

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("order"), default=1, editable=False)
    is_enabled = models.BooleanField(_("in use"), default=False)
    trigger = models.CharField(_("when"), max_length=20, choices=Trigger)
    every_minutes = models.PositiveIntegerField(
        _("every so many minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(EVERY_LEAST), MaxValueValidator(EVERY_MOST)],
    )
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    deeds = models.JSONField(_("what it does"), default=dict, blank=True)
    stops = models.BooleanField(_("stop after this rule"), default=False)
    next_check_at = models.DateTimeField(null=True, blank=True, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="automation_rule_name_once"),
            models.CheckConstraint(
                condition=Q(trigger__in=Trigger.values), name="automation_rule_trigger"
            ),
            models.CheckConstraint(
                condition=Q(trigger=Trigger.TIME, every_minutes__range=(EVERY_LEAST, EVERY_MOST))
                | (~Q(trigger=Trigger.TIME) & Q(every_minutes=None)),
                name="automation_rule_minutes_iff_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tickets:rule", args=[self.pk])


class RunState(models.TextChoices):
    """What became of one run."""

    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class RuleRun(models.Model):
    """One rule on one ticket, once. Without an event it was a rule of time.

    results: [{"words": text, "did": bool}, …] in the order they were done; nothing of a run that
    failed or was stopped remains. chain: keys of the rules that led here, this one last.
    """

    rule = models.ForeignKey(
        AutomationRule, models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    rule_name = models.CharField(_("rule"), max_length=80)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="rule_runs")
    event = models.ForeignKey(EventRecord, models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(_("result"), max_length=8, choices=RunState)
    results = models.JSONField(default=list)
    error = models.CharField(_("error"), max_length=500, blank=True)
    chain = ArrayField(models.BigIntegerField(), default=list)
    ran_at = models.DateTimeField(_("ran"), db_index=True)

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["rule", "-id"], name="rule_run_log"),
            models.Index(fields=["rule", "ticket", "ran_at"], name="rule_run_often"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "event"], name="rule_run_once_per_event"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="rule_run_state"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_name} on {self.ticket_id}: {self.state}"


class RuleEffect(models.Model):
    """An event that a run caused: rules it sets off belong to the same chain."""

    event = models.OneToOneField(EventRecord, models.CASCADE, primary_key=True, related_name="+")
    run = models.ForeignKey(RuleRun, models.CASCADE, related_name="effects")

    def __str__(self) -> str:
        return f"{self.run_id} caused {self.event_id}"


class RuleMatch(models.Model):
    """A rule of time has dealt with this ticket; it does so again once it stopped matching."""

    rule = models.ForeignKey(AutomationRule, models.CASCADE, related_name="matches")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="rule_matches")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("ticket dealt with by a rule")
        verbose_name_plural = _("tickets dealt with by rules")
        constraints = [models.UniqueConstraint(fields=["rule", "ticket"], name="rule_match_once")]

    def __str__(self) -> str:
        return f"{self.rule_id} has done {self.ticket_id}"


class RuleTrial(models.Model):
    """A dry run: which tickets a rule would have touched; nothing happens to them.

    before_id: where in the log of events it has come to. found: [{"ticket", "event", "at",
    "times", "does"}, …]. matched: how many tickets, counted no further than a limit. percent: of
    the days looked at.
    """

    rule = models.ForeignKey(AutomationRule, models.CASCADE, related_name="trials")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    before_id = models.BigIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    is_capped = models.BooleanField(default=False)
    found = models.JSONField(default=list)
    others = models.JSONField(default=list)  # keys of tickets counted but not shown
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(finished_at=None), name="rule_trial_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"dry run of {self.rule_id}"
