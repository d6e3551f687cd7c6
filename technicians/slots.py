"""Free time of a technician: pure functions over hours, time off and bookings. Times are UTC."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

HORIZON_DAYS = 14  # nobody is promised further ahead
GRID = timedelta(minutes=15)  # appointments start on the quarter hour
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """When somebody works and what is already taken.

    hours: weekday (0 = Monday) -> stretches in minutes after midnight in zone, ordered.
    taken: bookings and time off, in any order.
    """

    zone: str
    hours: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    taken: list[Span] = field(default_factory=list)


@lru_cache(maxsize=4096)
def moment(zone: str, day: date, minutes: int, is_end: bool = False) -> datetime:
    """The UTC moment of a wall-clock time; 1440 is the midnight that ends the day.

    On the night the clocks go back an hour exists twice: work starts with the first and ends
    with the second. A time the clocks skip is taken as if they had not.
    """
    day, minutes = (day + timedelta(days=1), 0) if minutes == 1440 else (day, minutes)
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(zone))
    return wall.replace(fold=int(is_end)).astimezone(UTC)


def working_spans(calendar: Calendar, start: datetime, days: int = HORIZON_DAYS) -> Iterator[Span]:
    """Stretches of work that end after start, in order, for so many days."""
    first = start.astimezone(ZoneInfo(calendar.zone)).date()
    for offset in range(days + 1):
        day = first + timedelta(days=offset)
        for begins, ends in calendar.hours.get(day.weekday(), ()):
            span = moment(calendar.zone, day, begins), moment(calendar.zone, day, ends, True)
            if span[1] > start:
                yield span


def next_free(
    calendar: Calendar, minutes: int, *, after: datetime, days: int = HORIZON_DAYS
) -> datetime | None:
    """Earliest start, on the quarter hour, with so many minutes free in one stretch; or None.

    A job longer than a whole stretch of work may fill that stretch.
    """
    limit = after + timedelta(days=days)
    taken = sorted(calendar.taken)
    for begins, ends in working_spans(calendar, after, days):
        need = min(timedelta(minutes=minutes), ends - begins)
        for free_from, free_to in _gaps((max(begins, after), ends), taken):
            start = on_grid(free_from)
            if start + need <= free_to and start < limit:
                return start
    return None


def on_grid(at: datetime) -> datetime:
    """The next quarter hour, or the moment itself when it is one."""
    over = timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond) % GRID
    return at + (GRID - over) if over else at


def _gaps(span: Span, taken: Sequence[Span]) -> Iterator[Span]:
    """What is left of a stretch; taken is sorted by start."""
    cursor, ends = span
    for busy_from, busy_to in taken:
        if busy_to <= cursor:
            continue
        if busy_from >= ends:
            break
        if busy_from > cursor:
            yield cursor, busy_from
        cursor = max(cursor, busy_to)
    if cursor < ends:
        yield cursor, ends


def overlapping(stretches: Iterable[tuple[int, int]]) -> bool:
    """Whether two stretches of one day overlap; touching ones do not."""
    ordered = sorted(stretches)
    return any(later[0] < sooner[1] for sooner, later in pairwise(ordered))
