"""The clocks of a ticket follow what happens to it, in the same transaction.

Every action on a ticket records its event through record() of this module, so no action can
forget the clocks. They are derived anew each time: statuses from the stored events, words from
the messages; each fact has one source. What counts as a reply (written down here, and nowhere
else):

- A public reply of staff, and a resolution by staff, whose text is mailed to the customer.
- A call: who opened a ticket by phone spoke with the customer, so the first reply is given.
- Never a note inside the house, and never what a rule sent by itself. Reopening by the customer
  counts as their word.
- An imported ticket is promised from the import on: what was before is somebody else's.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from calendars.hours import to_worktime
from calendars.models import Calendar
from calendars.worktime import NoOpeningHours, WorkCalendar
from core.events import DomainEvent
from core.events import record as record_event
from core.models import EventRecord
from core.prepared import Prepared
from tickets.events import (
    StatusChanged,
    TicketClosed,
    TicketImported,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)
from tickets.models import (
    DONE,
    ClockKind,
    ManualDue,
    MessageKind,
    SlaPolicy,
    Status,
    Ticket,
    TicketChannel,
    TicketClock,
)
from tickets.sla.clocks import Clock, Clocks, History, Targets, compute_clocks

FACTS = [
    event.name
    for event in (
        TicketOpened, TicketImported, StatusChanged, TicketResolved, TicketReopened, TicketClosed,
    )
]  # fmt: skip
# Said so often on a busy ticket, and without a consequence for any promise.
IDLE = {
    "ticket.note_added", "ticket.assigned", "ticket.unassigned", "ticket.accepted",
    "ticket.tags_changed", "ticket.custom_values_changed", "ticket.macro_ran",
    "ticket.rule_told", "ticket.rule_replied", "ticket.rule_stopped", "ticket.incidents_answered",
}  # fmt: skip
STORED = [
    "policy", "state", "target_minutes", "started_at", "due_at", "met_at", "used_seconds",
    "warn_at", "alert_at", "segments",
]  # fmt: skip
Key = tuple[str, int]
_MANUAL = Prepared(lambda pk: ManualDue.objects.filter(ticket=pk))
_STORED = Prepared(lambda pk: TicketClock.objects.filter(ticket=pk))


@transaction.atomic(savepoint=False)
def record(happened: DomainEvent, *, subject: Any, actor: Any = None) -> EventRecord:
    """Record an event of a ticket, as core.events.record does, and let its clocks follow."""
    row = record_event(happened, subject=subject, actor=actor)
    if isinstance(subject, Ticket) and happened.name not in IDLE:
        refresh_clocks(subject)
    return row


@transaction.atomic(savepoint=False)
def refresh_clocks(ticket: Ticket, *, now: datetime | None = None) -> None:
    """Compute the ticket's clocks and store what differs; sets due_at and due_kind.

    The caller holds the ticket's row. Doing it again changes nothing. At most eight queries.
    """
    now = now or timezone.now()
    policy, manual = policy_of(ticket), _MANUAL.first(ticket.pk)
    stored = {(row.kind, row.number): row for row in _STORED.rows(ticket.pk)}
    wanted = dict(_wanted(ticket, policy, manual, now))
    gone = [row.pk for key, row in stored.items() if key not in wanted]
    if gone:
        TicketClock.objects.filter(pk__in=gone).delete()
    differing = [row for key, row in wanted.items() if _differs(stored.get(key), row)]
    if differing:
        TicketClock.objects.bulk_create(
            differing,
            update_conflicts=True,
            unique_fields=["ticket", "kind", "number"],
            update_fields=STORED,
        )
    _set_due(ticket, wanted.values())


def policy_of(ticket: Ticket) -> SlaPolicy | None:
    """The first policy that fits the ticket as it is now. One query."""
    return SlaPolicy.objects.first_for(ticket)


def calendar_of(policy: SlaPolicy) -> Calendar:
    """The calendar the policy counts in."""
    return policy.calendar or Calendar.objects.default().get()


def clocks_of(ticket: Ticket, policy: SlaPolicy, calendar: WorkCalendar, now: datetime) -> Clocks:
    """The clocks as they stand now, with their segments. Two queries, nothing is written."""
    targets = Targets(
        first_reply_minutes=policy.first_reply_minutes,
        next_reply_minutes=policy.next_reply_minutes,
        resolution_minutes=policy.resolution_minutes,
        pausing=frozenset(policy.pausing),
        done=frozenset(str(status) for status in DONE),
    )
    return compute_clocks(targets, calendar, history_of(ticket), now=now)


def history_of(ticket: Ticket) -> History:
    """What happened to the ticket, as far as promises go. Two queries."""
    facts = list(
        EventRecord.objects.filter(
            subject_type="tickets.ticket", subject_id=ticket.pk, name__in=FACTS
        )
        .order_by("occurred_at", "id")
        .values_list("name", "payload", "occurred_at")
    )
    created_at, initial, first_at = ticket.opened_at, str(Status.OPEN), None
    if facts and facts[0][0] == TicketImported.name:
        created_at, initial = facts[0][2], facts[0][1]["status"]
        first_at = created_at if initial != Status.OPEN else None
    elif ticket.channel == TicketChannel.PHONE and ticket.follows_id is None:
        first_at = created_at
    said = ticket.messages.filter(
        kind=MessageKind.REPLY, is_thanks=False, is_automatic=False, created_at__gte=created_at
    )
    messages = list(said.values_list("created_at", "is_from_customer"))
    replies = [at for at, from_customer in messages if not from_customer]
    waits = [at for at, from_customer in messages if from_customer]
    for name, payload, at in facts:
        if name == TicketResolved.name and not payload.get("by_customer"):
            replies.append(at)
        elif name == TicketReopened.name and payload.get("by_customer"):
            waits.append(at)
    return History(
        created_at=_whole(created_at),
        initial_status=initial,
        changes=tuple((_whole(at), to) for at, to in _changes(facts, ticket, initial)),
        customer_messages=tuple(_whole(at) for at in waits),
        agent_replies=tuple(_whole(at) for at in replies),
        first_reply_at=first_at and _whole(first_at),
    )


def _whole(at: datetime) -> datetime:
    """Whole seconds: what happened in the second of `now` is known, too."""
    return at.replace(microsecond=0)


def _changes(
    facts: list[tuple[str, dict[str, Any], datetime]], ticket: Ticket, status: str
) -> Iterator[tuple[datetime, str]]:
    """(moment, status from then on), ending with the status the ticket has."""
    becomes = {
        TicketResolved.name: Status.RESOLVED.value,
        TicketReopened.name: Status.OPEN.value,
        TicketClosed.name: Status.CLOSED.value,
    }
    for name, payload, at in facts:
        to = payload["to_status"] if name == StatusChanged.name else becomes.get(name)
        if to:
            status = to
            yield at, to
    if status != ticket.status:  # a row that came to its state without an event
        yield ticket.closed_at or ticket.resolved_at or ticket.updated_at, ticket.status


def _wanted(
    ticket: Ticket, policy: SlaPolicy | None, manual: ManualDue | None, now: datetime
) -> Iterator[tuple[Key, TicketClock]]:
    """The rows the ticket should have."""
    calendar = None if policy is None else to_worktime(calendar_of(policy))
    rows: list[TicketClock] = []
    if policy is not None and calendar is not None:
        clocks = clocks_of(ticket, policy, calendar, now)
        rows = [
            _row(ticket, policy, calendar, kind, number, clock)
            for kind, number, clock in numbered(clocks)
        ]
    if manual is not None:
        clock = TicketClock(
            ticket=ticket,
            policy=policy,
            kind=ClockKind.MANUAL,
            state="running" if ticket.is_live else "met",
            started_at=manual.set_at,
            due_at=manual.due_at,
            met_at=None if ticket.is_live else ticket.resolved_at,
        )
        if policy is not None and calendar is not None:
            _set_alarms(clock, policy, calendar)
        rows.append(clock)
    for row in rows:
        yield (row.kind, row.number), row


def numbered(clocks: Clocks) -> Iterator[tuple[ClockKind, int, Clock]]:
    """(kind, number, clock) of everything that is promised, waits counted from one."""
    if clocks.first_reply:
        yield ClockKind.FIRST_REPLY, 1, clocks.first_reply
    for number, clock in enumerate(clocks.next_replies, 1):
        yield ClockKind.NEXT_REPLY, number, clock
    if clocks.resolution:
        yield ClockKind.RESOLUTION, 1, clocks.resolution


def _row(
    ticket: Ticket,
    policy: SlaPolicy,
    calendar: WorkCalendar,
    kind: ClockKind,
    number: int,
    clock: Clock,
) -> TicketClock:
    row = TicketClock(
        ticket=ticket,
        policy=policy,
        kind=kind,
        number=number,
        state=clock.state.value,
        target_minutes=clock.target_minutes,
        started_at=clock.started_at,
        due_at=clock.due_at,
        met_at=clock.met_at,
        used_seconds=clock.used_seconds,
        segments=[
            [int(s.from_at.timestamp()), int(s.to_at.timestamp()), s.kind.value, s.words]
            for s in clock.segments
        ],
    )
    _set_alarms(row, policy, calendar)
    return row


def _set_alarms(row: TicketClock, policy: SlaPolicy, calendar: WorkCalendar) -> None:
    """When people are to be told: working minutes before it is due, and when it is late."""
    if row.due_at is None or row.met_at is not None:
        return
    try:
        row.alert_at = calendar.next_open(row.due_at)
        if policy.warn_minutes:
            row.warn_at = calendar.subtract(row.due_at, policy.warn_minutes * 60)
    except NoOpeningHours:
        # A date set by hand may lie beyond every opening; it is told at its own moment.
        row.alert_at = row.due_at


def _differs(stored: TicketClock | None, row: TicketClock) -> bool:
    if stored is None:
        return True
    names = [name for name in STORED if name != "policy"] + ["policy_id"]
    return any(getattr(stored, name) != getattr(row, name) for name in names)


def _set_due(ticket: Ticket, rows: Iterable[TicketClock]) -> None:
    """The next promise of the ticket: what was set by hand, else the earliest that runs."""
    live = [
        (row.due_at, str(row.kind))
        for row in rows
        if row.due_at is not None and row.met_at is None and ticket.is_live
    ]
    manual = [pair for pair in live if pair[1] == ClockKind.MANUAL]
    due_at, kind = min(manual or live, default=(None, ""))
    if (ticket.due_at, ticket.due_kind) != (due_at, kind):
        ticket.due_at, ticket.due_kind = due_at, kind
        # Not through save(): nobody edited the ticket, so its version stays.
        Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at, due_kind=kind)
