"""Why a promise is due when it is: its hours as a picture by days, and their sums in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendars.hours import to_worktime
from calendars.models import Calendar
from calendars.worktime import WorkCalendar
from tickets.actions.clocks import calendar_of, clocks_of, numbered, policy_of
from tickets.models import ClockKind, ManualDue, SlaPolicy, Status, Ticket
from tickets.sla.clocks import Clock
from tickets.sla.segments import Kind, Segment, by_local_day

DAYS_SHOWN = 31
WORDS: dict[Kind, str | Promise] = {
    Kind.COUNTED: gettext_lazy("counted"),
    Kind.CLOSED: gettext_lazy("closed"),
    Kind.HOLIDAY: gettext_lazy("holiday"),
    Kind.PAUSED: gettext_lazy("paused"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch inside a day. x, width: thousandths of the day, for the picture."""

    segment: Segment
    x: int
    width: int
    words: str
    is_ahead: bool

    @property
    def css(self) -> str:
        is_plan = self.is_ahead and self.segment.kind is Kind.COUNTED
        return f"hour--{'ahead' if is_plan else self.segment.kind.value}"


@dataclass(frozen=True)
class Day:
    """A day of the calendar's zone with its pieces; counted_seconds: used, not what is ahead."""

    on_date: date
    pieces: tuple[Piece, ...]
    counted_seconds: int


@dataclass(frozen=True)
class ShownClock:
    """A clock as pages show it, as of `now`."""

    kind: ClockKind
    number: int
    clock: Clock
    now: datetime

    @property
    def label(self) -> str:
        words = str(self.kind.label)
        return words if self.kind != ClockKind.NEXT_REPLY else _("Next reply")

    @property
    def state(self) -> str:
        """met, late (kept too late), breached, soon, running, paused or not_started."""
        clock = self.clock
        if clock.met_at is not None:
            return "late" if clock.state == "breached" else "met"
        if clock.state == "running" and clock.left_minutes * 4 <= clock.target_minutes:
            return "soon"
        return clock.state.value

    @property
    def percent(self) -> int:
        return min(100, self.clock.used_seconds * 100 // (self.clock.target_minutes * 60))

    @property
    def used_words(self) -> str:
        return time_words(self.clock.used_seconds)

    @property
    def target_words(self) -> str:
        return time_words(self.clock.target_minutes * 60)

    @property
    def left_words(self) -> str:
        return time_words(abs(self.clock.target_minutes * 60 - self.clock.used_seconds))

    @property
    def is_over(self) -> bool:
        return self.clock.used_seconds > self.clock.target_minutes * 60


@dataclass(frozen=True)
class Picture:
    """One clock drawn. days: the newest DAYS_SHOWN; earlier ones are summed up."""

    shown: ShownClock
    days: list[Day]
    earlier_days: int
    earlier_seconds: int
    sums: list[tuple[str, str, int]]  # css, words, seconds


@dataclass(frozen=True)
class Promises:
    """What is promised on a ticket, with its calendar; policy None: nothing is."""

    policy: SlaPolicy | None
    manual: ManualDue | None
    calendar: Calendar | None = None
    worktime: WorkCalendar | None = None
    clocks: tuple[ShownClock, ...] = ()

    @property
    def latest(self) -> list[ShownClock]:
        """One clock of each kind: of the waits the last one."""
        return list({clock.kind: clock for clock in self.clocks}.values())

    @property
    def pictures(self) -> list[Picture]:
        """The latest clocks that have started, drawn."""
        assert self.worktime is not None or not self.clocks  # noqa: S101 - they come together
        return [draw(one, self.worktime) for one in self.latest if one.clock.started_at]


def promises_of(ticket: Ticket, *, now: datetime) -> Promises:
    """As they stand now. At most five queries, none is written.

    A merged ticket has none: its words, and the answers to them, are on the other one.
    """
    if ticket.merged_into_id:
        return Promises(None, None)
    policy, manual = policy_of(ticket), ManualDue.objects.filter(ticket=ticket).first()
    if policy is None:
        return Promises(None, manual)
    calendar = calendar_of(policy)
    worktime = to_worktime(calendar)
    found = numbered(clocks_of(ticket, policy, worktime, now))
    shown = tuple(ShownClock(kind, number, clock, now) for kind, number, clock in found)
    return Promises(policy, manual, calendar, worktime, shown)


def draw(shown: ShownClock, calendar: WorkCalendar) -> Picture:
    """The picture of a clock: what was, and what is planned until it is due."""
    past = by_local_day(calendar, shown.clock.segments)
    ahead = by_local_day(calendar, shown.clock.ahead)
    dates = sorted({*past, *ahead})
    days = [_day(calendar, on, past.get(on, ()), ahead.get(on, ())) for on in dates]
    hidden = days[:-DAYS_SHOWN]
    return Picture(
        shown=shown,
        days=days[-DAYS_SHOWN:],
        earlier_days=len(hidden),
        earlier_seconds=sum(day.counted_seconds for day in hidden),
        sums=sums_of(shown.clock.segments),
    )


def sums_of(segments: Iterable[Segment]) -> list[tuple[str, str, int]]:
    """(css, words, seconds) of each kind and reason, the counted first; together the whole wait."""
    found: dict[tuple[Kind, str], int] = {}
    for segment in segments:
        words = segment.words if segment.kind is Kind.PAUSED else ""
        found[segment.kind, words] = found.get((segment.kind, words), 0) + segment.seconds
    order = list(Kind)
    rows = sorted(found.items(), key=lambda row: (order.index(row[0][0]), row[0][1]))
    return [
        (f"hour--{kind.value}", words_of(kind, words), seconds) for (kind, words), seconds in rows
    ]


def words_of(kind: Kind, words: str) -> str:
    """A stretch in words: “holiday (Christmas Day)”, “paused (Waiting on customer)”."""
    reason = str(Status(words).label) if kind is Kind.PAUSED and words in Status.values else words
    return f"{WORDS[kind]} ({reason})" if reason else str(WORDS[kind])


def time_words(seconds: int) -> str:
    """Length to the second, as sums must add up: “3 h 12 min”, “5 min 04 s”, “0 min”."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [_("%(hours)s h") % {"hours": hours}] if hours else []
    parts += [_("%(minutes)s min") % {"minutes": minutes}] if minutes or not seconds else []
    parts += [_("%(seconds)s s") % {"seconds": rest}] if rest else []
    return " ".join(parts)


def _day(
    calendar: WorkCalendar, on: date, past: Sequence[Segment], ahead: Sequence[Segment]
) -> Day:
    begins = calendar.midnight(on)
    length = calendar.midnight(on + timedelta(days=1)) - begins  # 23 or 25 hours twice a year
    pieces = []
    for segment, is_ahead in [*((s, False) for s in past), *((s, True) for s in ahead)]:
        x = round((segment.from_at - begins) / length * 1000)
        over = round((segment.to_at - begins) / length * 1000)
        words = words_of(segment.kind, segment.words)
        pieces.append(Piece(segment, x, max(over - x, 1), words, is_ahead))
    counted = sum(s.seconds for s in past if s.kind is Kind.COUNTED)
    return Day(on, tuple(pieces), counted)
