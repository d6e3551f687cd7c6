"""What holds for every calendar, every zone and every moment."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings

from calendars.worktime import WorkCalendar
from tests.calendars.strategies import amounts, calendars, moments

# A calendar builds a table per year it walks through; slow machines are no failure.
steady = settings(deadline=None, max_examples=25, print_blob=True)


@steady
@given(calendars(), moments, amounts, amounts)
def test_adding_twice_is_adding_the_sum(
    calendar: WorkCalendar, start: datetime, one: int, other: int
) -> None:
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@steady
@given(calendars(), moments, amounts)
def test_between_undoes_add(calendar: WorkCalendar, start: datetime, seconds: int) -> None:
    assert calendar.seconds_between(start, calendar.add(start, seconds)) == seconds


@steady
@given(calendars(), moments, amounts)
def test_between_undoes_subtract(calendar: WorkCalendar, end: datetime, seconds: int) -> None:
    assert calendar.seconds_between(calendar.subtract(end, seconds), end) == seconds


@steady
@given(calendars(), moments, moments, amounts)
def test_a_later_start_is_never_due_earlier(
    calendar: WorkCalendar, one: datetime, other: datetime, seconds: int
) -> None:
    first, second = sorted([one, other])
    assert calendar.add(first, seconds) <= calendar.add(second, seconds)


@steady
@given(calendars(), moments, amounts, amounts)
def test_more_time_is_never_due_earlier(
    calendar: WorkCalendar, start: datetime, one: int, other: int
) -> None:
    less, more = sorted([one, other])
    assert start <= calendar.add(start, less) <= calendar.add(start, more)


@steady
@given(calendars(), moments, moments, moments)
def test_stretches_add_up(
    calendar: WorkCalendar, one: datetime, other: datetime, third: datetime
) -> None:
    a, b, c = sorted([one, other, third])
    whole = calendar.seconds_between(a, c)
    assert whole == calendar.seconds_between(a, b) + calendar.seconds_between(b, c)
    assert 0 <= whole <= (c - a).total_seconds()
    assert calendar.seconds_between(c, a) == -whole


@steady
@given(calendars(), moments)
def test_periods_are_what_is_counted(calendar: WorkCalendar, start: datetime) -> None:
    end = start + timedelta(days=40)
    periods = list(calendar.periods(start, end))
    assert sum((b - a).total_seconds() for a, b in periods) == calendar.seconds_between(start, end)
    for (_a, before), (after, _b) in pairwise(periods):
        assert before <= after
    for opens, closes in periods:
        assert calendar.is_open(opens)
        assert calendar.is_open(closes - timedelta(seconds=1))


@steady
@given(calendars(), moments)
def test_next_open_is_open_and_nothing_lies_before_it(calendar: WorkCalendar, at: datetime) -> None:
    opens = calendar.next_open(at)
    assert calendar.is_open(opens)
    assert calendar.seconds_between(at, opens) == 0
    assert calendar.is_open(at) == (opens == at)
