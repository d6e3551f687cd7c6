"""What every hour of a promise was: counted, closed, a holiday, or paused by which status.

Pure. Moments are aware datetimes of whole seconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from calendars.worktime import WorkCalendar

Pauses = tuple["Pause", ...]


class Kind(StrEnum):
    """What a stretch of time was. The values are stored."""

    COUNTED = "counted"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"


@dataclass(frozen=True)
class Segment:
    """A stretch of one kind. words: the holiday's name, or the status that paused."""

    from_at: datetime
    to_at: datetime
    kind: Kind
    words: str = ""

    @property
    def seconds(self) -> int:
        return int((self.to_at - self.from_at).total_seconds())


@dataclass(frozen=True)
class Pause:
    """A stretch in a status that stops the clocks; to_at None: it lasts."""

    from_at: datetime
    to_at: datetime | None
    status: str


def pauses_of(
    created_at: datetime,
    initial: str,
    changes: Iterable[tuple[datetime, str]],
    pausing: frozenset[str],
) -> Pauses:
    """The pauses in a history of statuses. changes: (moment, status from then on).

    Two pausing statuses in a row are two pauses: the picture names both.
    """
    found: list[Pause] = []
    steps = [(created_at, initial), *sorted(changes, key=lambda step: step[0])]
    for number, (at, status) in enumerate(steps):
        until = steps[number + 1][0] if number + 1 < len(steps) else None
        if status in pausing and at != until:
            found.append(Pause(at, until, status))
    return tuple(found)


def until(pauses: Pauses, end: datetime) -> Pauses:
    """What is known of pauses at a moment: later ones are gone, and none lasts beyond it."""
    return tuple(
        replace(pause, to_at=end if pause.to_at is None else min(pause.to_at, end))
        for pause in pauses
        if pause.from_at < end
    )


def running(start: datetime, pauses: Pauses) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches from start on in which nothing pauses; the last one has no end."""
    at: datetime | None = start
    for pause in pauses:
        if pause.to_at is not None and pause.to_at <= start:
            continue
        if at is not None and pause.from_at > at:
            yield at, pause.from_at
        at = pause.to_at
        if at is None:
            return
        at = max(at, start)
    yield at or start, None


def segments(
    calendar: WorkCalendar, start: datetime, end: datetime, pauses: Pauses
) -> tuple[Segment, ...]:
    """Every second from start to end, in order, each in exactly one segment."""
    found: list[Segment] = []
    at = start
    for pause in until(pauses, end):
        over = pause.to_at or end
        if over <= at:
            continue
        found += _by_hours(calendar, at, pause.from_at)
        found.append(Segment(max(at, pause.from_at), over, Kind.PAUSED, pause.status))
        at = over
    found += _by_hours(calendar, at, end)
    return tuple(_joined(found))


def counted_seconds(found: Iterable[Segment]) -> int:
    """How much of the segments counts."""
    return sum(segment.seconds for segment in found if segment.kind is Kind.COUNTED)


def by_local_day(
    calendar: WorkCalendar, found: Sequence[Segment]
) -> dict[date, tuple[Segment, ...]]:
    """The same segments cut at the midnights of the calendar's zone, for a picture by days."""
    days: dict[date, list[Segment]] = {}
    for segment in found:
        at = segment.from_at
        while at < segment.to_at:
            day = calendar.local_date(at)
            over = min(segment.to_at, calendar.midnight(day + timedelta(days=1)))
            days.setdefault(day, []).append(replace(segment, from_at=at, to_at=over))
            at = over
    return {day: tuple(pieces) for day, pieces in days.items()}


def _by_hours(calendar: WorkCalendar, start: datetime, end: datetime) -> Iterator[Segment]:
    """Counted, closed and holiday stretches of a time in which nothing pauses."""
    at = start
    for opens, closes in calendar.periods(start, end) if start < end else ():
        yield from _closed(calendar, at, opens)
        yield Segment(opens, closes, Kind.COUNTED)
        at = closes
    yield from _closed(calendar, at, end)


def _closed(calendar: WorkCalendar, start: datetime, end: datetime) -> Iterator[Segment]:
    at = start
    while at < end:
        day = calendar.local_date(at)
        over = min(end, calendar.midnight(day + timedelta(days=1)))
        name = calendar.holiday_on(day)
        kind = Kind.CLOSED if name is None else Kind.HOLIDAY
        yield Segment(at, over, kind, name or "")
        at = over


def _joined(found: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbours of one kind and one name as one segment; empty ones are left out."""
    last: Segment | None = None
    for segment in found:
        if last and (last.kind, last.words) == (segment.kind, segment.words):
            last = replace(last, to_at=segment.to_at)
            continue
        if last:
            yield last
        last = segment
    if last:
        yield last
