"""Rules of time: every so many minutes, on the tickets that match and did not before.

How often a check was missed makes no difference: it is made once. A ticket that matches is dealt
with once, until it stops matching.
"""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import RuleError
from tickets.models import AutomationRule, RuleMatch, RuleRun, Ticket, Trigger
from tickets.rule_conditions import ConditionRefused, tickets_for
from tickets.rules import Why, fits, keep_problem, run_rule

logger = logging.getLogger(__name__)
BATCH, BATCHES = 100, 20  # tickets; of one rule in one check
LONGEST_MS = 20_000  # of one statement


class TooSlow(RuleError):
    """The database gave up looking."""


def run_due(*, now: datetime | None = None) -> int:
    """Check every rule whose time has come, in order; returns how many runs that made."""
    now = now or timezone.now()
    due = AutomationRule.objects.due(now=now).in_order().values_list("pk", flat=True)
    return sum(check_rule(pk, now=now) for pk in list(due))


def check_rule(pk: int, *, now: datetime) -> int:
    """Look for tickets once, unless another worker does; what is too much comes next time."""
    rule = _claim(pk, now)
    if rule is None:
        return 0
    done = 0
    try:
        _forget(rule, now)
        for _number in range(BATCHES):
            keys = _fresh(rule, now)
            done += sum(_one(rule, key, now) for key in keys)
            if len(keys) < BATCH:
                break
        else:
            AutomationRule.objects.filter(pk=pk).update(next_check_at=now)
    except (ConditionRefused, TooSlow) as error:
        keep_problem(rule, error)
        return done
    keep_problem(rule, None)
    return done


@transaction.atomic
def _claim(pk: int, now: datetime) -> AutomationRule | None:
    """The rule, if it is still due; its next check counts from now, not from the missed one."""
    rows = AutomationRule.objects.select_for_update(skip_locked=True).due(now=now)
    rule = rows.filter(pk=pk).first()
    if rule is not None:
        rule.next_check_at = now + timedelta(minutes=rule.every_minutes or 0)
        rule.save(update_fields=["next_check_at"])
    return rule


def matching(rule: AutomationRule, now: datetime) -> QuerySet:
    """The tickets the rule is for now; those of an earlier rule that stops are left to it."""
    earlier = AutomationRule.objects.enabled().filter(
        trigger=Trigger.TIME, stops=True, position__lt=rule.position
    )
    theirs = RuleMatch.objects.filter(rule__in=earlier).values("ticket")
    return tickets_for(rule.conditions, now=now).exclude(pk__in=theirs)


def within_time(rows: QuerySet, limit_ms: int = LONGEST_MS) -> list[int]:
    """Keys of the rows. Raises TooSlow instead of looking for ever."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(limit_ms)])
            return list(rows.values_list("pk", flat=True))
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise TooSlow(gettext("Looking for its tickets took too long; narrow it down.")) from error


def _forget(rule: AutomationRule, now: datetime) -> None:
    """Tickets that do not match any more may be dealt with anew; a bounded part at a time."""
    last = 0
    while True:
        kept = rule.matches.filter(ticket__gt=last).order_by("ticket")
        keys = list(kept.values_list("ticket", flat=True)[:1000])
        if not keys:
            return
        still = set(within_time(tickets_for(rule.conditions, now=now).filter(pk__in=keys)))
        rule.matches.filter(ticket__in=set(keys) - still).delete()
        last = keys[-1]


def _fresh(rule: AutomationRule, now: datetime) -> list[int]:
    """Keys of the next tickets that match and were not dealt with."""
    dealt = RuleMatch.objects.filter(rule=rule).values("ticket")
    return within_time(matching(rule, now).exclude(pk__in=dealt).order_by("pk")[:BATCH])


def _one(rule: AutomationRule, key: int, now: datetime) -> int:
    """One ticket in a transaction of its own; 0 when it does not match any more."""
    try:
        with transaction.atomic():
            return 1 if _deal(rule, key, now) else 0
    except OperationalError:  # a deadlock: the next check finds the ticket again
        logger.warning("rule %s on ticket %s is tried again", rule.pk, key)
        return 0


def _deal(rule: AutomationRule, key: int, now: datetime) -> RuleRun | None:
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if ticket is None:
        return None
    _row, is_new = RuleMatch.objects.get_or_create(
        rule=rule, ticket=ticket, defaults={"since": now}
    )
    if not is_new or not fits(rule, ticket, now=now):
        return None
    return run_rule(rule, ticket, Why())
