"""A year of a calendar as a page shows it: months of days, each open, closed or a holiday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.worktime import Frames, WorkCalendar


@dataclass(frozen=True)
class Day:
    """A day of the preview. kind: open, other (hours of its own), closed, holiday."""

    on_date: date
    kind: str
    words: str


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday to Sunday; None where a day belongs to another month."""

    first: date
    weeks: list[list[Day | None]]


def year_of(calendar: WorkCalendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(calendar, date(year, number, 1)) for number in range(1, 13)]


def clock_words(minutes: int) -> str:
    """Minutes after midnight as people read them: 09:30, 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def frames_words(frames: Frames) -> str:
    """09:00-12:30, 13:30-17:00"""
    return ", ".join(f"{clock_words(starts)}-{clock_words(ends)}" for starts, ends in frames)


def _month(calendar: WorkCalendar, first: date) -> Month:
    days: list[Day | None] = [None] * first.weekday()
    days += [_day(calendar, day) for day in _dates(first)]
    days += [None] * (-len(days) % 7)
    return Month(first, [days[at : at + 7] for at in range(0, len(days), 7)])


def _dates(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)


def _day(calendar: WorkCalendar, day: date) -> Day:
    name, frames = calendar.holiday_on(day), calendar.frames_on(day)
    if name is not None:
        return Day(day, "holiday", name)
    kind = "other" if day in calendar.dates else "open"
    return Day(day, kind if frames else "closed", frames_words(frames))
