"""Working time: the edges people meet."""

import time
from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from calendars.worktime import NoOpeningHours, WorkCalendar, end_minutes, merged, wall_to_utc

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = [[(540, 1020)]] * 5 + [[], []]
ALWAYS = [[(0, 1440)]] * 7


def office(**more: object) -> WorkCalendar:
    return WorkCalendar(BERLIN, OFFICE, **more)  # type: ignore[arg-type]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def test_a_day_that_loses_an_hour_is_an_hour_shorter() -> None:
    calendar = WorkCalendar(BERLIN, ALWAYS)
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in [(spring, 23), (autumn, 25)]:
        end = calendar.midnight(date.fromordinal(day.toordinal() + 1))
        assert calendar.seconds_between(calendar.midnight(day), end) == hours * 3600


def test_a_skipped_time_is_an_hour_later_and_a_repeated_one_the_first() -> None:
    assert wall_to_utc(BERLIN, date(2026, 3, 29), 150) == utc(2026, 3, 29, 1, 30)
    assert wall_to_utc(BERLIN, date(2026, 10, 25), 150) == utc(2026, 10, 25, 0, 30)


def test_frames_that_meet_in_the_skipped_hour_count_once() -> None:
    calendar = WorkCalendar(BERLIN, [[]] * 6 + [[(120, 150), (180, 240)]])
    start, end = utc(2026, 3, 29), utc(2026, 3, 30)
    assert calendar.seconds_between(start, end) == 3600  # 03:00 to 04:00, not 90 minutes


def test_a_date_that_never_was_has_no_hours() -> None:
    calendar = WorkCalendar(ZoneInfo("Pacific/Apia"), ALWAYS)
    assert calendar.midnight(date(2011, 12, 30)) == calendar.midnight(date(2011, 12, 31))
    week = calendar.seconds_between(
        calendar.midnight(date(2011, 12, 26)), calendar.midnight(date(2012, 1, 2))
    )
    assert week == 6 * 86_400


def test_a_holiday_is_closed_whatever_else_is_said() -> None:
    day = date(2026, 12, 25)
    calendar = office(dates={day: [(600, 660)]}, holidays=lambda year: {day: "Christmas Day"})
    assert calendar.frames_on(day) == ()
    assert calendar.holiday_on(day) == "Christmas Day"


def test_a_single_date_replaces_the_weekday_and_may_be_closed() -> None:
    monday, tuesday = date(2026, 6, 1), date(2026, 6, 2)
    calendar = office(dates={monday: [], tuesday: [(600, 660), (700, 720)]})
    assert calendar.frames_on(monday) == ()
    assert calendar.frames_on(tuesday) == ((600, 660), (700, 720))


def test_the_last_minute_of_the_day_is_its_end() -> None:
    assert [end_minutes(1439), end_minutes(1440), end_minutes(1020)] == [1440, 1440, 1020]


@pytest.mark.parametrize("frame", [(600, 600), (700, 600), (-1, 60), (60, 1441)])
def test_what_is_no_frame_is_refused(frame: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no frame"):
        merged([frame])


def test_overlapping_frames_count_once_and_touching_ones_stay_apart() -> None:
    assert merged([(600, 700), (540, 660)]) == ((540, 700),)
    assert merged([(540, 720), (720, 1020)]) == ((540, 720), (720, 1020))


def test_a_calendar_that_never_opens_says_so() -> None:
    empty = WorkCalendar(BERLIN, [[]] * 7)
    at = utc(2026, 1, 1)
    for ask in (
        lambda: empty.add(at, 1), lambda: empty.subtract(at, 1), lambda: empty.next_open(at),
        lambda: empty.previous_open(at), lambda: empty.add_days(at, 1),
        lambda: empty.subtract_days(at, 1),
    ):  # fmt: skip
        with pytest.raises(NoOpeningHours):
            ask()
    assert list(empty.periods(at)) == []
    assert empty.seconds_between(at, utc(2030, 1, 1)) == 0


def test_a_lone_date_far_away_is_found_from_both_sides() -> None:
    calendar = WorkCalendar(BERLIN, [[]] * 7, dates={date(2036, 5, 5): [(600, 660)]})
    assert calendar.add(utc(2026, 1, 1), 60) == utc(2036, 5, 5, 8, 1)
    assert calendar.subtract(utc(2046, 1, 1), 60) == utc(2036, 5, 5, 8, 59)
    assert calendar.add_days(utc(2026, 1, 1), 1) == utc(2036, 5, 5, 8, 0)


def test_an_amount_is_never_negative() -> None:
    for ask in (office().add, office().subtract, office().add_days):
        with pytest.raises(ValueError, match="never negative"):
            ask(utc(2026, 1, 1), -1)


def test_fractions_of_a_second_are_kept() -> None:
    at = datetime(2026, 6, 1, 8, 0, 0, 250_000, tzinfo=UTC)
    assert office().add(at, 60) == datetime(2026, 6, 1, 8, 1, 0, 250_000, tzinfo=UTC)


def test_days_stay_apart_at_midnight() -> None:
    periods = list(islice(WorkCalendar(BERLIN, ALWAYS).periods(utc(2026, 1, 1, 12)), 3))
    assert periods[1] == (utc(2026, 1, 1, 23), utc(2026, 1, 2, 23))


def test_five_thousand_working_hours_take_milliseconds() -> None:
    calendar = office()
    calendar.add(utc(2026, 1, 5, 9), 5000 * 3600)  # builds the years once, as a worker does

    def once() -> float:
        begins = time.process_time()  # not of the wall: other tests run beside this one
        calendar.add(utc(2026, 1, 5, 9), 5000 * 3600)
        return time.process_time() - begins

    assert min(once() for _ in range(5)) < 0.005


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven"):
        WorkCalendar(BERLIN, OFFICE[:5])
