"""Free time: zones, nights when the clocks change, gaps between bookings."""

from datetime import UTC, date, datetime, timedelta

from technicians.slots import Calendar, moment, next_free, on_grid, overlapping

NINE_TO_FIVE = {day: [(540, 1020)] for day in range(5)}
MONDAY = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


def london(**fields: object) -> Calendar:
    return Calendar("Europe/London", **{"hours": NINE_TO_FIVE, **fields})  # type: ignore[arg-type]


def test_free_now_means_the_next_quarter_hour() -> None:
    assert next_free(london(), 45, after=MONDAY) == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def test_before_work_the_day_begins_with_the_hours() -> None:
    early = MONDAY.replace(hour=3)
    assert next_free(london(), 45, after=early) == MONDAY.replace(hour=9, minute=0)


def test_too_late_for_today_is_tomorrow() -> None:
    late = MONDAY.replace(hour=16, minute=30)
    assert next_free(london(), 45, after=late) == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_friday_evening_is_monday() -> None:
    friday = datetime(2026, 11, 27, 18, tzinfo=UTC)
    assert next_free(london(), 30, after=friday) == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_a_gap_that_is_too_short_is_skipped() -> None:
    at = MONDAY.replace(minute=0)
    taken = [
        (at, at + timedelta(minutes=30)),
        (at + timedelta(minutes=60), at + timedelta(minutes=90)),
    ]
    assert next_free(london(taken=taken), 45, after=at) == at + timedelta(minutes=90)
    assert next_free(london(taken=taken), 30, after=at) == at + timedelta(minutes=30)


def test_overlapping_taken_spans_in_any_order_count_once() -> None:
    at = MONDAY.replace(minute=0)
    taken = [
        (at + timedelta(hours=1), at + timedelta(hours=2)),
        (at - timedelta(hours=5), at + timedelta(hours=1, minutes=30)),
    ]
    assert next_free(london(taken=taken), 15, after=at) == at + timedelta(hours=2)


def test_hours_follow_the_clocks_of_the_zone() -> None:
    """The clocks go back on 25 October 2026: nine o'clock is an hour later in UTC."""
    assert moment("Europe/London", date(2026, 10, 24), 540) == datetime(2026, 10, 24, 8, tzinfo=UTC)
    assert moment("Europe/London", date(2026, 10, 25), 540) == datetime(2026, 10, 25, 9, tzinfo=UTC)


def test_the_night_with_an_hour_twice_is_an_hour_longer() -> None:
    day = date(2026, 10, 25)
    begins, ends = moment("Europe/London", day, 60), moment("Europe/London", day, 119, True)
    assert ends - begins == timedelta(minutes=119)


def test_the_end_of_the_day_is_the_next_midnight() -> None:
    spring = date(2026, 3, 29)  # 23 hours long
    length = moment("Europe/London", spring, 1440, True) - moment("Europe/London", spring, 0)
    assert length == timedelta(hours=23)


def test_another_zone_works_at_its_own_hours() -> None:
    tokyo = Calendar("Asia/Tokyo", hours=NINE_TO_FIVE)
    assert next_free(tokyo, 30, after=MONDAY) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_a_job_longer_than_a_day_may_fill_a_whole_day() -> None:
    after = MONDAY.replace(hour=11)
    assert next_free(london(), 600, after=after) == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_nothing_free_in_two_weeks_is_none() -> None:
    full = [(MONDAY - timedelta(days=1), MONDAY + timedelta(days=30))]
    assert next_free(london(taken=full), 15, after=MONDAY) is None
    assert next_free(Calendar("UTC"), 15, after=MONDAY) is None


def test_on_grid_keeps_a_quarter_hour() -> None:
    quarter = datetime(2026, 1, 1, 10, 45, tzinfo=UTC)
    assert on_grid(quarter) == quarter
    assert on_grid(quarter + timedelta(seconds=1)) == quarter + timedelta(minutes=15)


def test_touching_stretches_do_not_overlap() -> None:
    assert not overlapping([(540, 720), (720, 1020)])
    assert overlapping([(540, 721), (720, 1020)])
