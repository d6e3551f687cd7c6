"""Writing rules. tickets.rules and tickets.rule_times run them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.checks import check_fields, field_of, refusing
from core.errors import RuleError
from core.events import record, ring
from core.text import one_line
from tickets.events import AutomationRuleChanged, AutomationRuleCreated, AutomationRuleDeleted
from tickets.models import AutomationRule, RuleRun, RuleTrial, Trigger
from tickets.rule_deeds import check_deeds

FIELDS = ("name", "is_enabled", "trigger", "every_minutes", "conditions", "deeds", "stops")
RULE_LIMIT = 100
KEPT = timedelta(days=90)
KEPT_MOST = 200_000  # runs


class AutomationRefused(RuleError):
    """A rule that contradicts itself or the others."""

    status = 422


NAME_TAKEN = AutomationRefused(_("Another rule has this name."), field="name")


@transaction.atomic
def create_rule(values: Mapping[str, Any], *, actor: Any) -> AutomationRule:
    """Keep a rule; it is tried after the others. values: keys of FIELDS.

    Raises AutomationRefused, DeedRefused and InvalidValue.
    """
    rows = _lock_all()
    if len(rows) >= RULE_LIMIT:
        raise AutomationRefused(_("There are 100 rules; delete some before you add another."))
    last = AutomationRule.objects.aggregate(last=Max("position"))["last"] or 0
    rule = AutomationRule(position=last + 1, **values)
    _check(rule)
    with refusing({"name_once": NAME_TAKEN}):
        rule.save()
    record(AutomationRuleCreated(title=rule.name), subject=rule, actor=actor)
    return rule


@transaction.atomic
def change_rule(rule: AutomationRule, changes: Mapping[str, Any], *, actor: Any) -> AutomationRule:
    """Store what differs (keys of FIELDS); nothing happens when nothing does."""
    rule = AutomationRule.objects.select_for_update().get(pk=rule.pk)
    changed = [n for n in FIELDS if n in changes and getattr(rule, n) != changes[n]]
    if not changed:
        return rule
    for name in changed:
        setattr(rule, name, changes[name])
    if changed != ["is_enabled"] or rule.is_enabled:  # one that is broken can be switched off
        _check(rule)
    rule.version += 1
    # As if it were new: looked at soon, and people hear of trouble with it again.
    rule.problem, rule.next_check_at, rule.told_at = "", None, None
    also = ["problem", "next_check_at", "told_at", "version", "updated_at"]
    with refusing({"name_once": NAME_TAKEN}):
        rule.save(update_fields=[*changed, *also])
    labels = [str(field_of(AutomationRule, name).verbose_name) for name in changed]
    _say_changed(rule, ", ".join(labels), actor)
    return rule


@transaction.atomic
def move_rule(rule: AutomationRule, *, up: bool, actor: Any) -> AutomationRule:
    """Let it be tried one place earlier, or later; at the end nothing happens."""
    rows = _lock_all()
    at = next(number for number, row in enumerate(rows) if row.pk == rule.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return rows[at]
    rows[at], rows[other] = rows[other], rows[at]
    for position, row in enumerate(rows, 1):
        row.position = position
    AutomationRule.objects.bulk_update(rows, ["position"])
    _say_changed(rows[other], gettext("order"), actor)
    return rows[other]


@transaction.atomic
def delete_rule(rule: AutomationRule, *, actor: Any) -> None:
    """Do this no more; what it did stays done, and stays in the log."""
    rule = AutomationRule.objects.select_for_update().get(pk=rule.pk)
    record(AutomationRuleDeleted(title=rule.name), subject=rule, actor=actor)
    rule.delete()


@transaction.atomic
def request_trial(rule: AutomationRule, *, actor: Any) -> RuleTrial:
    """Have a worker look what the rule would have touched; one that is under way is it.

    Only the newest of a rule is kept.
    """
    rule = AutomationRule.objects.select_for_update().get(pk=rule.pk)
    running = rule.trials.filter(finished_at=None).first()
    if running is not None:
        return running
    rule.trials.all().delete()
    trial = RuleTrial.objects.create(rule=rule, asked_by=actor, started_at=timezone.now())
    ring("tickets.try_rule", trial.pk)
    return trial


def forget_runs(*, now: datetime | None = None, batch: int = 5_000, batches: int = 100) -> int:
    """Delete what is past its days or too many of the log; returns how many."""
    now = now or timezone.now()
    newest = RuleRun.objects.order_by("-pk").values_list("pk", flat=True)
    first_too_many = newest[KEPT_MOST : KEPT_MOST + 1].first() or 0
    deleted = 0
    for rows in (
        RuleRun.objects.filter(ran_at__lt=now - KEPT),
        RuleRun.objects.filter(pk__lte=first_too_many),
    ):
        for _number in range(batches):
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
            RuleRun.objects.filter(pk__in=keys).delete()
            deleted += len(keys)
            if len(keys) < batch:
                break
    return deleted


def _lock_all() -> list[AutomationRule]:
    """All of them, in one order: two managers queue instead of deadlocking."""
    return list(AutomationRule.objects.select_for_update().in_order())


def _say_changed(rule: AutomationRule, words: str, actor: Any) -> None:
    record(AutomationRuleChanged(title=rule.name, fields=words), subject=rule, actor=actor)


def _check(rule: AutomationRule) -> None:
    """Raise for what the database would refuse too, with words beside the field."""
    rule.name = one_line(rule.name)
    if rule.trigger != Trigger.TIME:
        rule.every_minutes = None
    elif rule.every_minutes is None:
        raise AutomationRefused(_("Say how often it looks."), field="every_minutes")
    check_fields(rule)
    check_deeds(rule.deeds)
