"""The three clocks of a promise: first reply, next reply, resolution.

Pure and deterministic: everything is derived from what happened, so computing again after a
change of policy, calendar or history gives what would have been stored all along. Pauses are
taken out of the history, never added up: a pause outside working hours moves nothing.

- First reply: from the ticket's creation to the first public reply of an agent.
- Next reply: from the first customer message that nobody answered to the next public reply; a
  second message meanwhile moves nothing. It starts after the first reply only (SEMANTICS 3,
  Zammad #5177): before that the first-reply promise covers the same wait. Zammad itself lets
  both run; `next_reply_waits=False` does the same.
- Resolution: from creation until the ticket is done. Reopened, it goes on where it stood, and
  the time it was done is a pause.

Notes inside the house, mail by machines and the like are not replies: the caller leaves them
out. A promise is broken when its due moment passes, whatever the hour: due at five in the
afternoon, answered at eight, is late. A done ticket pauses the reply clocks, so that a ticket
closed without an answer is due for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from calendars.worktime import WorkCalendar
from tickets.sla.segments import Pauses, Segment, counted_seconds, pauses_of, running, segments
from tickets.sla.segments import until as pauses_until


class ClockState(StrEnum):
    """Where a clock stands. The values are stored."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True)
class Targets:
    """What is promised, in working minutes; None: nothing. A promise of no time is refused.

    pausing: statuses in which the clocks stand still. done: statuses that end the work.
    """

    first_reply_minutes: int | None = None
    next_reply_minutes: int | None = None
    resolution_minutes: int | None = None
    pausing: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    next_reply_waits: bool = True

    def __post_init__(self) -> None:
        minutes = (self.first_reply_minutes, self.next_reply_minutes, self.resolution_minutes)
        if any(value is not None and value <= 0 for value in minutes):
            raise ValueError("a promise takes at least one minute")


@dataclass(frozen=True)
class History:
    """What happened to a ticket. Order does not matter; fractions of seconds are dropped.

    changes: (moment, status from then on). first_reply_at: when it is known otherwise than by a
    reply, such as for an imported ticket or a call; it wins over the replies.
    """

    created_at: datetime
    initial_status: str
    changes: tuple[tuple[datetime, str], ...] = ()
    customer_messages: tuple[datetime, ...] = ()
    agent_replies: tuple[datetime, ...] = ()
    first_reply_at: datetime | None = None

    def until(self, now: datetime) -> "History":
        """What was known at a moment, in whole seconds and in order."""
        first = self.first_reply_at
        return replace(
            self,
            created_at=_whole(self.created_at),
            changes=tuple(
                sorted(
                    ((_whole(at), status) for at, status in self.changes if at <= now),
                    key=lambda change: change[0],
                )
            ),
            customer_messages=_known(self.customer_messages, now),
            agent_replies=_known(self.agent_replies, now),
            first_reply_at=_whole(first) if first is not None and first <= now else None,
        )


@dataclass(frozen=True)
class Clock:
    """One promise as it stands.

    due_at: when it runs out; None while a pause lasts that began before (nobody can say).
    segments: from the start to the end or now; their counted seconds are used_seconds. ahead:
    from now to due_at as planned, while it runs; used and ahead together count the target.
    """

    target_minutes: int
    state: ClockState = ClockState.NOT_STARTED
    started_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    used_seconds: int = 0
    segments: tuple[Segment, ...] = ()
    ahead: tuple[Segment, ...] = ()

    @property
    def used_minutes(self) -> int:
        """Whole working minutes used."""
        return self.used_seconds // 60

    @property
    def left_minutes(self) -> int:
        """Working minutes left; negative when more was used than promised."""
        return self.target_minutes - self.used_minutes

    @property
    def is_live(self) -> bool:
        """Whether the promise is still to be kept: started, and not ended."""
        return self.started_at is not None and self.met_at is None


@dataclass(frozen=True)
class Clocks:
    """The clocks of a ticket; None or empty where nothing is promised.

    next_replies: one clock per wait of the customer, oldest first; one that has not started
    when no wait has begun.
    """

    first_reply: Clock | None = None
    next_replies: tuple[Clock, ...] = field(default=())
    resolution: Clock | None = None

    @property
    def next_reply(self) -> Clock | None:
        """The wait that lasts, or the latest one."""
        return self.next_replies[-1] if self.next_replies else None

    @property
    def due_at(self) -> datetime | None:
        """The earliest due moment among the promises still to be kept."""
        clocks = (self.first_reply, self.next_reply, self.resolution)
        found = [clock.due_at for clock in clocks if clock and clock.is_live and clock.due_at]
        return min(found, default=None)


@dataclass(frozen=True)
class _Desk:
    """What all clocks of one computation share."""

    calendar: WorkCalendar
    pauses: Pauses
    now: datetime


def compute_clocks(
    targets: Targets, calendar: WorkCalendar, history: History, *, now: datetime
) -> Clocks:
    """All clocks of a ticket as they stood at a moment; what happened later is not looked at."""
    now = _whole(now)
    known = history.until(now)
    stopping = targets.pausing | targets.done
    pauses = pauses_of(known.created_at, known.initial_status, known.changes, stopping)
    desk = _Desk(calendar, pauses, now)
    first_at = first_reply_at(known)
    return Clocks(
        first_reply=_clock(desk, targets.first_reply_minutes, known.created_at, first_at),
        next_replies=_next_replies(desk, targets, known, first_at),
        resolution=_clock(
            desk, targets.resolution_minutes, known.created_at, _done_at(known, targets.done)
        ),
    )


def first_reply_at(history: History) -> datetime | None:
    """When the customer first heard from us."""
    if history.first_reply_at is not None:
        return history.first_reply_at
    return min(history.agent_replies, default=None)


def due_after(
    calendar: WorkCalendar, start: datetime, seconds: int, pauses: Pauses
) -> datetime | None:
    """When so many working seconds (> 0) outside the pauses have passed; None: a pause lasts."""
    for begins, ends in running(start, pauses):
        if ends is None:
            return calendar.add(begins, seconds)
        passed = calendar.seconds_between(begins, ends)
        if seconds <= passed:
            return calendar.add(begins, seconds)
        seconds -= passed
    return None


def _clock(
    desk: _Desk, minutes: int | None, start: datetime, met_at: datetime | None
) -> Clock | None:
    """A clock that started; None where nothing is promised. What ended before it began is met."""
    if minutes is None:
        return None
    met_at = None if met_at is None else max(met_at, start)
    end = max(desk.now, start) if met_at is None else met_at
    # A pause that begins with the reply, or after it, does not concern a promise that was kept.
    pauses = desk.pauses if met_at is None else pauses_until(desk.pauses, met_at)
    past = segments(desk.calendar, start, end, pauses)
    due_at = due_after(desk.calendar, start, minutes * 60, pauses)
    runs = met_at is None and due_at is not None and end < due_at
    return Clock(
        target_minutes=minutes,
        state=_state(due_at, met_at, end),
        started_at=start,
        due_at=due_at,
        met_at=met_at,
        used_seconds=counted_seconds(past),
        segments=past,
        ahead=segments(desk.calendar, end, due_at, ()) if runs and due_at else (),
    )


def _state(due_at: datetime | None, met_at: datetime | None, end: datetime) -> ClockState:
    if due_at is not None and end > due_at:
        return ClockState.BREACHED
    if met_at is not None:
        return ClockState.MET
    return ClockState.PAUSED if due_at is None else ClockState.RUNNING


def _next_replies(
    desk: _Desk, targets: Targets, history: History, first_at: datetime | None
) -> tuple[Clock, ...]:
    minutes = targets.next_reply_minutes
    if minutes is None:
        return ()
    begins: datetime | None = history.created_at
    if targets.next_reply_waits:  # what was written in the very second of the reply is answered
        begins = first_at and first_at + timedelta(seconds=1)
    waits = [] if begins is None else _waits(history, begins)
    found = [_clock(desk, minutes, start, end) for start, end in waits]
    return tuple(clock for clock in found if clock) or (Clock(target_minutes=minutes),)


def _waits(history: History, begins: datetime) -> Iterable[tuple[datetime, datetime | None]]:
    """(first unanswered message, reply or None) of each time the customer waited."""
    steps = [(at, False) for at in history.customer_messages]
    steps += [(at, True) for at in history.agent_replies]
    waiting: datetime | None = None
    for at, is_reply in sorted(steps):  # of one moment: the message, then its answer
        if at < begins:
            continue
        if is_reply and waiting is not None:
            yield waiting, at
            waiting = None
        elif not is_reply and waiting is None:
            waiting = at
    if waiting is not None:
        yield waiting, None


def _done_at(history: History, done: frozenset[str]) -> datetime | None:
    """When the work ended, if it has: the first of the done statuses in a row at the end."""
    steps = [(history.created_at, history.initial_status), *history.changes]
    ended: datetime | None = None
    for at, status in steps:
        if status not in done:
            ended = None
        elif ended is None:
            ended = at
    return ended


def _known(moments: Iterable[datetime], now: datetime) -> tuple[datetime, ...]:
    return tuple(sorted(_whole(at) for at in moments if at <= now))


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
