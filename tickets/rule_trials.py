"""Dry runs: which tickets a rule would have touched in the last 30 days. Nothing is changed.

For events the log is read backwards, a bounded part at a time, by a worker that says how far it
is. Nobody stored how the tickets looked then, so conditions are asked of them as they are now;
hours count to the moment of the event. A rule of time is asked for the tickets it fits now.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import RuleError
from core.models import EventRecord
from tickets.models import AutomationRule, RuleTrial, Ticket, Trigger
from tickets.rule_conditions import depends_on_moment, narrowed
from tickets.rule_times import matching, within_time
from tickets.rule_triggers import WATCHED

logger = logging.getLogger(__name__)
DAYS = timedelta(days=30)
SHOWN, COUNTED = 200, 1_000  # tickets
BATCH, BATCHES = 500, 200  # events
LONGEST_MS = 5_000
LEFT_BEHIND = timedelta(minutes=2)


def run_trial(pk: int) -> None:
    """Look until all of the days are seen, enough is found, or it takes too long."""
    for _number in range(BATCHES):
        if not _step(pk):
            return
    with transaction.atomic():
        trial = _lock(pk)
        if trial is not None:
            trial.is_capped = True
            _finish(trial)


def resume_trials(*, now: datetime | None = None) -> None:
    """Go on with what a worker that died left behind. One that fails ends, and says so."""
    limit = (now or timezone.now()) - LEFT_BEHIND
    left = RuleTrial.objects.filter(finished_at=None, started_at__lt=limit)
    for pk in list(left.values_list("pk", flat=True)[:10]):
        try:
            run_trial(pk)
        except Exception:  # it would fail again each minute, and keep the others waiting
            logger.exception("dry run %s failed", pk)
            _give_up(pk)


@transaction.atomic
def _give_up(pk: int) -> None:
    trial = _lock(pk)
    if trial is not None:
        trial.error = gettext("This dry run failed. An administrator finds why in the log.")
        _finish(trial)


def _lock(pk: int) -> RuleTrial | None:
    """The dry run, if it goes on and nobody else is at it."""
    rows = RuleTrial.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("rule").filter(pk=pk, finished_at=None).first()


@transaction.atomic
def _step(pk: int) -> bool:
    """One part; False when there is nothing left to do, or another worker does it."""
    trial = _lock(pk)
    if trial is None:
        return False
    try:
        with transaction.atomic():
            is_over = _look_now(trial) if trial.rule.trigger == Trigger.TIME else _look_back(trial)
    except RuleError as error:
        trial.error = str(error.message)[:300]
        is_over = True
    if is_over:
        _finish(trial)
    else:
        trial.save()
    return not is_over


def _finish(trial: RuleTrial) -> None:
    trial.percent, trial.finished_at = 100, timezone.now()
    trial.save()


def _look_now(trial: RuleTrial) -> bool:
    """The tickets a rule of time fits now."""
    now = timezone.now()
    keys = within_time(matching(trial.rule, now).order_by("-pk")[: COUNTED + 1], LONGEST_MS)
    for key in keys[:COUNTED]:
        _count(trial, key, gettext("It fits now."), now)
    trial.seen, trial.is_capped = len(keys[:COUNTED]), len(keys) > COUNTED
    return True


def _look_back(trial: RuleTrial) -> bool:
    """The next part of the log; True when it was the last."""
    since = trial.started_at - DAYS
    rows = EventRecord.objects.filter(
        subject_type="tickets.ticket",
        occurred_at__gte=since,
        **WATCHED[trial.rule.trigger].asked(),
    )
    if trial.before_id is not None:
        rows = rows.filter(pk__lt=trial.before_id)
    keys = within_time(rows.order_by("-pk")[:BATCH], LONGEST_MS)
    events = list(EventRecord.objects.filter(pk__in=keys).order_by("-pk"))
    fitting = _fitting(trial.rule, events)
    for happened in events:
        if happened.pk in fitting and not _count_event(trial, happened):
            trial.is_capped = True
            return True
    trial.seen += len(events)
    if len(events) < BATCH:
        return True
    trial.before_id = events[-1].pk
    gone = (trial.started_at - events[-1].occurred_at) / DAYS
    trial.percent = min(99, max(0, round(gone * 100)))
    return False


def _fitting(rule: AutomationRule, events: list[EventRecord]) -> set[int]:
    """Keys of those events whose ticket meets the conditions."""
    tickets = Ticket.objects.filter(pk__in={happened.subject_id for happened in events})
    now = timezone.now()
    lasting = set(
        within_time(narrowed(tickets, rule.conditions, now=now, only_lasting=True), LONGEST_MS)
    )
    found = [happened for happened in events if happened.subject_id in lasting]
    if depends_on_moment(rule.conditions):
        found = [happened for happened in found if _fitted_then(rule, happened)]
    return {happened.pk for happened in found}


def _fitted_then(rule: AutomationRule, happened: EventRecord) -> bool:
    rows = Ticket.objects.filter(pk=happened.subject_id)
    return narrowed(rows, rule.conditions, now=happened.occurred_at).exists()


def _count_event(trial: RuleTrial, happened: EventRecord) -> bool:
    who = happened.actor_name or gettext("The desk")
    return _count(trial, happened.subject_id, f"{who} {happened.sentence}", happened.occurred_at)


def _count(trial: RuleTrial, key: int, why: str, at: datetime) -> bool:
    """Add a ticket, or one more time to it; False when enough were counted."""
    row = next((row for row in trial.found if row["ticket"] == key), None)
    if row is not None:
        row["times"] += 1
        return True
    if key in trial.others:
        return True
    if trial.matched >= COUNTED:
        return False
    trial.matched += 1
    if len(trial.found) < SHOWN:
        trial.found.append({"ticket": key, "why": why, "at": at.isoformat(), "times": 1})
    else:
        trial.others.append(key)
    return True


def shown(trial: RuleTrial, tickets: Iterable[Ticket]) -> list[tuple[Ticket, dict[str, Any]]]:
    """What was found, of the tickets that may be shown, newest first."""
    known = {ticket.pk: ticket for ticket in tickets}
    return [(known[row["ticket"]], row) for row in trial.found if row["ticket"] in known]
