"""Running rules: on what happened, and on time. All of one run on one ticket, or nothing of it.

A rule is run at most once for each event, and at most once on a ticket while it goes on matching
if it is one of time: PostgreSQL holds both. What a run causes carries the chain of rules that led
to it, so a rule that would set itself off again is stopped, however many rules lie between.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DataError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import RuleError
from core.events import caused_by
from core.models import EventRecord
from tickets.actions.clocks import record
from tickets.actions.opening import lock
from tickets.events import RuleStopped
from tickets.models import (
    AutomationRule,
    RuleEffect,
    RuleRun,
    RunState,
    Status,
    Ticket,
)
from tickets.rule_conditions import ConditionRefused, narrowed
from tickets.rule_deed import Deed, DeedRefused
from tickets.rule_deeds import DEEDS
from tickets.rule_triggers import triggers_of

logger = logging.getLogger(__name__)
DEEPEST = 5  # rules that may set off one another
DAILY_BY_TIME = 5  # runs of a rule of time on one ticket
TOLD_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Why:
    """What a run came from. chain: keys of the rules that led to the event."""

    event: EventRecord | None = None
    chain: list[int] = field(default_factory=list)


@transaction.atomic
def run_rules(happened: EventRecord) -> list[RuleRun]:
    """Run every rule that waits for this and fits, in order; returns the runs. Doing it again
    does nothing.
    """
    rules = list(AutomationRule.objects.enabled().filter(
        trigger__in=triggers_of(happened)).in_order())  # fmt: skip
    if not rules or not Ticket.objects.filter(pk=happened.subject_id).exists():
        return []
    # The lock first: of two workers with the same event, the second sees the first one's runs.
    ticket = lock(Ticket(pk=happened.subject_id))
    before = dict(RuleRun.objects.filter(event=happened).values_list("rule", "state"))
    why = Why(happened, _chain_to(happened))
    runs: list[RuleRun] = []
    for rule in rules:
        state = before.get(rule.pk)
        if state is None and fits(rule, ticket):
            run = run_rule(rule, ticket, why)
            runs += [run] if run else []
            state = run.state if run else None
        if rule.stops and state == RunState.DONE:
            break
    return runs


def fits(rule: AutomationRule, ticket: Ticket, *, now: datetime | None = None) -> bool:
    """Whether the ticket, as it stands now, meets the rule's conditions. A closed one never does.

    A condition that cannot be asked is kept as the rule's problem.
    """
    rows = Ticket.objects.filter(pk=ticket.pk).exclude(status=Status.CLOSED)
    try:
        with transaction.atomic():
            found = narrowed(rows, rule.conditions, now=now or timezone.now()).exists()
    except (ConditionRefused, DataError) as error:
        keep_problem(rule, error)
        return False
    return found


def keep_problem(rule: AutomationRule, error: Exception | None) -> None:
    """Say on the list of rules why one cannot be tried; None when it can."""
    words = "" if error is None else str(getattr(error, "message", error))[:300]
    if rule.problem != words:
        AutomationRule.objects.filter(pk=rule.pk).update(problem=words)
        rule.problem = words


@transaction.atomic
def run_rule(rule: AutomationRule, ticket: Ticket, why: Why) -> RuleRun | None:
    """Do what the rule says, all or nothing, and log it. The ticket's row is locked.

    None when it would only repeat what it has led to itself: that is no loop but the end of one.
    """
    name = gettext("Rule: %(name)s") % {"name": rule.name}
    try:
        loop = _loop(rule, ticket, why)
        if loop is None:
            return None
        if loop:
            return _log(rule, ticket, why, RunState.STOPPED, error=loop)
        with transaction.atomic(), caused_by(name) as recorded:
            results = _do(rule, ticket)
    except OperationalError:  # a deadlock or a restart: whoever called tries all of it again
        raise
    except RuleError as error:
        return _log(rule, ticket, why, RunState.FAILED, error=str(error.message))
    except Exception as error:
        logger.exception("rule %s failed on ticket %s", rule.pk, ticket.pk)
        words = gettext("An error of the program: %(kind)s. It is in the log of the server.")
        words %= {"kind": type(error).__name__}
        return _log(rule, ticket, why, RunState.FAILED, error=words)
    run = _log(rule, ticket, why, RunState.DONE, results=results)
    RuleEffect.objects.bulk_create(RuleEffect(event_id=pk, run=run) for pk in recorded)
    return run


def _do(rule: AutomationRule, ticket: Ticket) -> list[dict[str, object]]:
    """Every deed in order; what is so already is left as it is."""
    results: list[dict[str, object]] = []
    for key, deed in DEEDS.items():
        if key not in rule.deeds:
            continue
        target = deed.target(rule.deeds[key])
        ticket = _read(ticket)
        did = deed.changes(ticket, target)
        if did:
            _act(deed, ticket, target)
        results.append({"words": deed.words(target), "did": did})
    return results


def _act(deed: Deed, ticket: Ticket, target: object) -> None:
    try:
        if why := deed.hindrance(ticket, target):
            raise DeedRefused(why)
        deed.act(ticket, target)
    except RuleError as error:
        raise DeedRefused(f"{deed.label}: {error.message}") from error


def _read(ticket: Ticket) -> Ticket:
    """The ticket as it stands now, with everything a placeholder may need."""
    return Ticket.objects.with_row().get(pk=ticket.pk)


def _chain_to(happened: EventRecord) -> list[int]:
    """The rules that led to the event, the first of them first."""
    effect = RuleEffect.objects.select_related("run").filter(event=happened).first()
    return effect.run.chain if effect else []


def _loop(rule: AutomationRule, ticket: Ticket, why: Why) -> str | None:
    """Why this run would be one of a loop; "" when it is none, None when nothing would change."""
    if rule.pk in why.chain:
        if not _would_change(rule, ticket):
            return None
        names = dict(AutomationRule.objects.filter(pk__in=why.chain).values_list("pk", "name"))
        path = " → ".join(names.get(pk, "?") for pk in [*why.chain, rule.pk])
        return gettext("it set itself off: %(path)s") % {"path": path}
    if len(why.chain) >= DEEPEST:
        return gettext("%(count)s rules set off one another before it") % {"count": DEEPEST}
    return _too_often(rule, ticket, why)


def _too_often(rule: AutomationRule, ticket: Ticket, why: Why) -> str:
    """Loops that lead through the world outside, such as two automatic answers."""
    limit = min((DEEDS[key].most_per_hour for key in rule.deeds if key in DEEDS), default=10)
    past = timedelta(hours=1)
    if why.event is None:
        limit, past = DAILY_BY_TIME, timedelta(days=1)
    runs = RuleRun.objects.filter(
        rule=rule, ticket=ticket, state=RunState.DONE, ran_at__gt=timezone.now() - past
    )
    if runs[:limit].count() < limit:
        return ""
    words = gettext("it ran %(count)s times within %(hours)s hours on this ticket")
    return words % {"count": limit, "hours": round(past.total_seconds() / 3600)}


def _would_change(rule: AutomationRule, ticket: Ticket) -> bool:
    ticket = _read(ticket)
    known = [(DEEDS[key], value) for key, value in rule.deeds.items() if key in DEEDS]
    return any(deed.changes(ticket, deed.target(value)) for deed, value in known)


def _log(
    rule: AutomationRule,
    ticket: Ticket,
    why: Why,
    state: str,
    *,
    results: list[dict[str, object]] | None = None,
    error: str = "",
) -> RuleRun:
    run = RuleRun.objects.create(
        rule=rule,
        rule_name=rule.name,
        ticket=ticket,
        event=why.event,
        state=state,
        results=results or [],
        error=error[:500],
        chain=[*why.chain, rule.pk],
        ran_at=timezone.now(),
    )
    if state != RunState.DONE:
        _tell(rule, run)
    return run


@transaction.atomic
def _tell(rule: AutomationRule, run: RuleRun) -> None:
    """Whoever can change rules hears of it, once a day for each rule; the log has all of it."""
    now = timezone.now()
    rows = AutomationRule.objects.filter(pk=rule.pk).exclude(told_at__gt=now - TOLD_EVERY)
    if not rows.update(told_at=now):
        return
    with caused_by(gettext("Rule: %(name)s") % {"name": rule.name}):
        happened = RuleStopped(rule_id=rule.pk, rule_name=rule.name, why=run.error)
        record(happened, subject=run.ticket)
