"""People are told before a promise runs out, and when it is broken: once each, at work."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from calendars.hours import to_worktime
from core.events import record
from tickets.actions.clocks import calendar_of
from tickets.events import SlaBreached, SlaWarned
from tickets.models import (
    ClockKind,
    SlaAlert,
    SlaPolicy,
    SlaStep,
    Ticket,
    TicketClock,
)

BATCH = 100
# Told so late it is noise: after an outage, or when a new policy looks far back. Counted from when
# people were to be told and not from the promise: a Friday evening's is told on Monday.
STALE = timedelta(days=1)


def escalate(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Tell of at most `batch` promises; returns of how many. Safe to run twice at once.

    Only calendars that are open now are looked at: the others wait for their next morning, so
    what a night brought cannot clog the batch.
    """
    now = now or timezone.now()
    policies = _open_policies(now)
    told = 0
    for step in (SlaStep.BREACHED, SlaStep.WARNED):
        due = due_alerts(step, policies, now).values_list("pk", flat=True)[: batch - told]
        told += sum(tell_of_clock(pk, step, now=now) for pk in list(due))
    return told


def due_alerts(step: str, policies: list[int], now: datetime) -> QuerySet:
    """The clocks of these policies of which people are to be told now, the oldest first.

    A date set by hand silences the computed promises. What is late already is not warned of.
    """
    moment = "alert_at" if step == SlaStep.BREACHED else "warn_at"
    rows = TicketClock.objects.live().untold(step).filter(**{f"{moment}__lte": now})
    rows = rows.filter(due_at__lt=now) if step == SlaStep.BREACHED else rows.filter(due_at__gt=now)
    by_hand = Case(When(ticket__due_kind=ClockKind.MANUAL, then=Value(True)), default=Value(False))
    rows = rows.alias(by_hand=by_hand).filter(
        Q(by_hand=False) | Q(kind=ClockKind.MANUAL), Q(policy__in=policies)
    )
    return rows.order_by(F(moment), "pk")


@transaction.atomic
def tell_of_clock(pk: int, step: str, *, now: datetime) -> bool:
    """Write the alert and its event, unless somebody has or the promise was kept meanwhile."""
    # The ticket's row, as every action: a reply that is being stored settles it first.
    tickets = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
    row = tickets.filter(clocks=pk).first()
    clock = TicketClock.objects.live().untold(step).filter(pk=pk).select_related("policy").first()
    if row is None or clock is None or clock.due_at is None or clock.policy is None:
        return False
    if (clock.due_at < now) != (step == SlaStep.BREACHED):
        return False
    is_told = step == SlaStep.WARNED or now - (clock.alert_at or clock.due_at) < STALE
    SlaAlert.objects.create(
        ticket=row, kind=clock.kind, number=clock.number, step=step, is_told=is_told
    )
    if is_told:
        _record(row, clock, clock.policy, step)
    return is_told


def _record(ticket: Ticket, clock: TicketClock, policy: SlaPolicy, step: str) -> None:
    """A warning is for who works on it; a breach for whom the policy names."""
    is_breach = step == SlaStep.BREACHED
    happened = (SlaBreached if is_breach else SlaWarned)(
        kind=clock.kind,
        promise=str(ClockKind(clock.kind).label),
        due_at=clock.due_at.isoformat() if clock.due_at else "",
        tells_assignee=policy.tells_assignee if is_breach else True,
        tells_team=policy.tells_team if is_breach else ticket.technician_id is None,
        people=sorted(policy.people.values_list("pk", flat=True)) if is_breach else [],
    )
    record(happened, subject=ticket)


def _open_policies(now: datetime) -> list[int]:
    """Ids of the policies in whose calendar people are at work now."""
    rows = SlaPolicy.objects.select_related("calendar")
    return [row.pk for row in rows if to_worktime(calendar_of(row)).is_open(now)]
