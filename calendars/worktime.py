"""Working time: how much of it lies between two moments, and when so much of it has passed.

Pure: no database, no clock. Moments are aware datetimes, results are UTC. Times on a wall are
minutes after midnight in the calendar's own zone; 1440 is the end of the day. What passes is
real time: a frame over the hour that a zone skips is an hour shorter. A wall time inside the
skipped hour means the same time after the clocks changed (02:30 becomes 03:30); one that
happens twice means the first.

Questions are answered from one table of open stretches per year, built on first use, so they
cost a binary search afterwards.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

Frames = tuple[tuple[int, int], ...]
Period = tuple[datetime, datetime]

END_OF_DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)  # tables count whole microseconds: sums are exact
MINUTE = 60_000_000
SECOND = 1_000_000
EMPTY_YEARS = 3  # so many without an open minute, beyond all single dates: it never opens


class NoOpeningHours(ValueError):
    """The calendar never opens again, in the direction that was asked."""


def end_minutes(minutes: int) -> int:
    """The end of a frame: 23:59 is what people write for the end of the day."""
    return END_OF_DAY if minutes == END_OF_DAY - 1 else minutes


def wall_to_utc(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The moment a clock on the wall shows so many minutes after midnight (0 to 1440)."""
    days, rest = divmod(minutes, END_OF_DAY)
    at = time(rest // 60, rest % 60)
    # fold=0 reads a skipped time with the offset before the change, and takes the first of two.
    return datetime.combine(day + timedelta(days=days), at, tzinfo=zone).astimezone(UTC)


def merged(frames: Sequence[tuple[int, int]]) -> Frames:
    """Frames of a day in order, overlapping ones as one. ValueError for one that is no frame."""
    found: list[tuple[int, int]] = []
    for starts, ends in sorted(frames):
        if not 0 <= starts < ends <= END_OF_DAY:
            raise ValueError(f"{starts}-{ends} is no frame of a day")
        if found and starts < found[-1][1]:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((starts, ends))
    return tuple(found)


def without(frames: Frames, breaks: Sequence[tuple[int, int]]) -> Frames:
    """What is left of frames when the breaks are cut out."""
    for begins, over in breaks:
        pieces = [
            piece
            for starts, ends in frames
            for piece in ((starts, min(ends, begins)), (max(starts, over), ends))
            if piece[0] < piece[1]
        ]
        frames = tuple(pieces)
    return frames


def no_holidays(year: int) -> Mapping[date, str]:
    """The answer of a calendar that keeps no holidays."""
    return {}


@dataclass(frozen=True)
class _Year:
    """Open stretches of one year in microseconds since EPOCH; before[i]: open time before i."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    def elapsed(self, at: int) -> int:
        """Open time of the year up to a moment."""
        number = bisect_right(self.starts, at) - 1
        if number < 0:
            return 0
        return self.before[number] + min(at, self.ends[number]) - self.starts[number]

    def reaches(self, amount: int) -> int:
        """The first moment by which so much has passed; 0 < amount <= total."""
        number = bisect_left(self.before, amount) - 1
        return self.starts[number] + amount - self.before[number]

    def leaves(self, amount: int) -> int:
        """The last moment by which no more than this has passed; 0 <= amount < total."""
        number = bisect_right(self.before, amount) - 1
        return self.starts[number] + amount - self.before[number]


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """When work is done. Immutable: make another one when the hours change.

    weekly: frames of Monday to Sunday. dates: frames of single dates, instead of the weekday's
    (none: closed). breaks: cut out of single dates. holidays: year -> its closed dates with
    their names; a holiday is closed whatever `dates` says.
    """

    zone: ZoneInfo
    weekly: Sequence[Sequence[tuple[int, int]]]
    dates: Mapping[date, Sequence[tuple[int, int]]] = field(default_factory=dict)
    breaks: Mapping[date, Sequence[tuple[int, int]]] = field(default_factory=dict)
    holidays: Callable[[int], Mapping[date, str]] = no_holidays
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)
    _closed: dict[int, Mapping[date, str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        put = object.__setattr__  # the one way to fill a frozen dataclass
        put(self, "weekly", tuple(merged(frames) for frames in self.weekly))
        for name in ("dates", "breaks"):
            frames = {day: merged(spans) for day, spans in getattr(self, name).items()}
            put(self, name, MappingProxyType(frames))

    # --- One day --------------------------------------------------------------------------
    def holiday_on(self, day: date) -> str | None:
        """Name of the holiday, or None on any other day."""
        if day.year not in self._closed:
            self._closed[day.year] = MappingProxyType(dict(self.holidays(day.year)))
        return self._closed[day.year].get(day)

    def frames_on(self, day: date) -> Frames:
        """Open frames of a date, in minutes on the wall."""
        if self.holiday_on(day) is not None:
            return ()
        frames = self.dates.get(day)
        if frames is None:
            frames = self.weekly[day.weekday()]
        return without(tuple(frames), self.breaks.get(day, ()))

    def local_date(self, at: datetime) -> date:
        """The date in the calendar's zone."""
        return at.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The moment a local day begins."""
        return wall_to_utc(self.zone, day, 0)

    # --- Moments --------------------------------------------------------------------------
    def is_open(self, at: datetime) -> bool:
        """Whether work is done at this moment; a frame includes its start, not its end."""
        year, moment = self._year_of(at), _ticks(at)
        number = bisect_right(year.starts, moment) - 1
        return number >= 0 and moment < year.ends[number]

    def next_open(self, at: datetime) -> datetime:
        """This moment when open, else the next opening. Raises NoOpeningHours."""
        if self.is_open(at):
            return at.astimezone(UTC)
        moment = _ticks(at)
        for year in self._forward(self.local_date(at).year):
            number = bisect_left(year.starts, moment)
            if number < len(year.starts):
                return _moment(year.starts[number])
        raise NoOpeningHours

    def previous_open(self, at: datetime) -> datetime:
        """This moment when work was done right before it, else the last close before it."""
        moment = _ticks(at)
        for year in self._backward(self.local_date(at).year):
            number = bisect_left(year.starts, moment) - 1
            if number >= 0:
                return _moment(min(moment, year.ends[number]))
        raise NoOpeningHours

    # --- Amounts --------------------------------------------------------------------------
    def add(self, start: datetime, seconds: int) -> datetime:
        """The moment by which so many working seconds have passed; 0: next_open.

        Raises NoOpeningHours, ValueError for a negative amount.
        """
        if seconds <= 0:
            return self.next_open(_not_negative(start, seconds))
        left = seconds * SECOND + self._year_of(start).elapsed(_ticks(start))
        for year in self._forward(self.local_date(start).year):
            if left <= year.total:
                return _moment(year.reaches(left))
            left -= year.total
        raise NoOpeningHours

    def subtract(self, end: datetime, seconds: int) -> datetime:
        """The moment from which so many working seconds pass until end; 0: previous_open."""
        if seconds <= 0:
            return self.previous_open(_not_negative(end, seconds))
        # What lies behind the moment in its own year is not open to walk back over.
        left = seconds * SECOND - self._year_of(end).elapsed(_ticks(end))
        for number, year in enumerate(self._backward(self.local_date(end).year)):
            left -= year.total if number else 0
            if left <= 0:
                return _moment(year.leaves(-left))
        raise NoOpeningHours

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Whole working seconds from start to end; negative when end comes first."""
        if end < start:
            return -self.seconds_between(end, start)
        first, last = self.local_date(start).year, self.local_date(end).year
        passed = sum(self._year(year).total for year in range(first, last))
        passed += self._year(last).elapsed(_ticks(end)) - self._year(first).elapsed(_ticks(start))
        return passed // SECOND

    def periods(self, start: datetime, end: datetime | None = None) -> Iterator[Period]:
        """Open stretches from start, cut at both ends; without an end until it never opens.

        Days stay apart: two frames that touch at midnight are two periods.
        """
        first, first_year = _ticks(start), self.local_date(start).year
        last = _ticks(end) if end else None
        last_year = self.local_date(end).year if end else date.max.year
        for number, year in enumerate(self._forward(first_year), start=first_year):
            if number > last_year:
                return
            for opens, closes in zip(year.starts, year.ends, strict=True):
                if last is not None and opens >= last:
                    return
                if closes > first:
                    until = closes if last is None else min(closes, last)
                    yield _moment(max(opens, first)), _moment(until)

    # --- Working days ---------------------------------------------------------------------
    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or the opening after it."""
        return self.next_open(self._same_time(start, days, ONE_DAY))

    def subtract_days(self, end: datetime, days: int) -> datetime:
        """The same time of day so many working days earlier, or the close before it."""
        return self.previous_open(self._same_time(end, days, -ONE_DAY))

    def _same_time(self, at: datetime, days: int, step: timedelta) -> datetime:
        _not_negative(at, days)
        local = at.astimezone(self.zone)
        day, closed_days = local.date(), 0
        while days:
            day += step
            is_working = bool(self.frames_on(day))
            days -= is_working
            closed_days = 0 if is_working else closed_days + 1
            if closed_days > EMPTY_YEARS * 366 and not self._dates_beyond(day.year, step.days):
                raise NoOpeningHours
        return datetime.combine(day, local.time(), tzinfo=self.zone).astimezone(UTC)

    # --- Tables ---------------------------------------------------------------------------
    def _year_of(self, at: datetime) -> _Year:
        return self._year(self.local_date(at).year)

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._build(year)
        return self._years[year]

    def _build(self, year: int) -> _Year:
        starts: list[int] = []
        ends: list[int] = []
        before: list[int] = []
        total = 0
        day, stop = date(year, 1, 1), date(year + 1, 1, 1)
        begins = _ticks(self.midnight(day))
        while day < stop:
            over = _ticks(self.midnight(day + ONE_DAY))
            for opens, closes in self._stretches(day, begins, over):
                starts.append(opens)
                ends.append(closes)
                before.append(total)
                total += closes - opens
            day, begins = day + ONE_DAY, over
        return _Year(starts, ends, before, total)

    def _stretches(self, day: date, begins: int, over: int) -> Iterator[tuple[int, int]]:
        """Open stretches of a day between its two midnights.

        On a day when the clocks change frames may meet or vanish: each begins after the last.
        """
        frames = self.frames_on(day)
        if over - begins == END_OF_DAY * MINUTE:
            for starts, ends in frames:
                yield begins + starts * MINUTE, begins + ends * MINUTE
            return
        last = begins
        for starts, ends in frames:
            opens = max(_ticks(wall_to_utc(self.zone, day, starts)), last)
            closes = min(_ticks(wall_to_utc(self.zone, day, ends)), over)
            if opens < closes:
                yield opens, closes
                last = closes

    def _forward(self, year: int) -> Iterator[_Year]:
        """Tables from a year on, until nothing can come any more."""
        empty = 0
        while year < date.max.year and (empty < EMPTY_YEARS or self._dates_beyond(year, 1)):
            table = self._year(year)
            empty = 0 if table.total else empty + 1
            yield table
            year += 1

    def _backward(self, year: int) -> Iterator[_Year]:
        empty = 0
        while year > date.min.year and (empty < EMPTY_YEARS or self._dates_beyond(year, -1)):
            table = self._year(year)
            empty = 0 if table.total else empty + 1
            yield table
            year -= 1

    def _dates_beyond(self, year: int, direction: int) -> bool:
        """Whether a single date with frames lies in this year or beyond it."""
        return any(
            frames and (day.year - year) * direction >= 0 for day, frames in self.dates.items()
        )


def _not_negative(at: datetime, amount: int) -> datetime:
    if amount < 0:
        raise ValueError("an amount of working time is never negative")
    return at


def _ticks(at: datetime) -> int:
    return (at - EPOCH) // TICK


def _moment(ticks: int) -> datetime:
    return EPOCH + ticks * TICK
