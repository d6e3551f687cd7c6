"""When a person may be told by a channel: properties over all zones and both clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calendars.worktime import WorkCalendar
from notifications.timing import Times, is_silent, tell_at

LONDON = ZoneInfo("Europe/London")
ZONES = ["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
CHANNELS = ["email", "sms", "bell"]
OFFICE = [[(540, 1020)] for _day in range(5)] + [[], []]

moments = (
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
    | st.datetimes(  # around the changes of the clocks in Europe and the United States
        datetime(2026, 3, 28), datetime(2026, 3, 30), timezones=st.just(UTC)
    )
    | st.datetimes(datetime(2026, 10, 24), datetime(2026, 11, 2), timezones=st.just(UTC))
)
minutes = st.integers(0, 1439)
quiets = st.none() | st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1])


@st.composite
def people(draw, *, shifts=True):
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    has_shift = shifts and draw(st.booleans())
    return Times(
        zone=zone,
        quiet=draw(quiets),
        shift=WorkCalendar(zone, OFFICE) if has_shift else None,
        digest=draw(st.sampled_from(["none", "hourly", "daily"])),
        digest_at_minutes=draw(minutes),
        urgent_comes_through=draw(st.booleans()),
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@given(people(), st.sampled_from(CHANNELS), moments, st.booleans())
def test_never_before_it_happened(times, channel, now, is_urgent):
    assert tell_at(times, channel, now, is_urgent=is_urgent) >= now


@given(people(), moments)
def test_the_bell_is_always_told_at_once(times, now):
    assert tell_at(times, "bell", now) == now


@given(people(), st.sampled_from(CHANNELS), moments)
def test_urgent_news_comes_through_where_the_person_lets_it(times, channel, now):
    when = tell_at(times, channel, now, is_urgent=True)
    expected = now if times.urgent_comes_through else tell_at(times, channel, now)
    assert when == expected


@given(people(shifts=False), st.sampled_from(CHANNELS), moments)
def test_what_waits_waits_for_a_moment_without_silence(times, channel, now):
    assume(channel != "bell")
    assert not is_silent(times, tell_at(times, channel, now))


@given(people(), st.sampled_from(["sms", "email"]), moments)
def test_a_shift_is_kept_wherever_quiet_hours_leave_any_of_it(times, channel, now):
    assume(times.shift is not None)
    assume(times.quiet is None or times.quiet[0] > times.quiet[1] > 0)
    assume(times.quiet is None or (times.quiet[0] >= 1021 and times.quiet[1] <= 900))
    when = tell_at(times, channel, now)
    assert times.shift.is_open(when)
    assert not is_silent(times, when)


@given(people(shifts=False), moments)
def test_it_never_takes_longer_than_a_day_and_the_change_of_the_clocks(times, now):
    assert tell_at(times, "sms", now) - now <= timedelta(hours=25)
    assert tell_at(times, "email", now) - now <= timedelta(hours=50)


@given(people(shifts=False), st.sampled_from(["sms", "email"]), moments, moments)
def test_later_news_never_comes_first(times, channel, one, other):
    sooner, later = sorted([one, other])
    assert tell_at(times, channel, sooner) <= tell_at(times, channel, later)


@given(people(shifts=False), moments)
def test_the_wall_agrees_on_days_without_a_change(times, now):
    """Against the plain reading of the wall clock, a day and more off every change."""
    assume(times.quiet is not None)
    offsets = {
        (now + timedelta(hours=h)).astimezone(times.zone).utcoffset() for h in range(-48, 49)
    }
    assume(len(offsets) == 1)
    wall = now.astimezone(times.zone)
    minute, (starts, ends) = wall.hour * 60 + wall.minute, times.quiet
    inside = starts <= minute < ends if starts < ends else minute >= starts or minute < ends
    assert is_silent(times, now) == inside
    if inside:
        ended = tell_at(times, "sms", now).astimezone(times.zone)
        assert ended.hour * 60 + ended.minute == ends


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T21:59:59", "2026-11-24T21:59:59"),
        ("2026-11-24T22:00:00", "2026-11-25T07:00:00"),
        ("2026-11-25T00:00:00", "2026-11-25T07:00:00"),
        ("2026-11-25T06:59:59", "2026-11-25T07:00:00"),
        ("2026-11-25T07:00:00", "2026-11-25T07:00:00"),
        ("2026-03-28T23:00:00", "2026-03-29T07:00:00"),  # the night with 23 hours
        ("2026-10-24T23:00:00", "2026-10-25T07:00:00"),  # the night with 25 hours
    ],
)
def test_quiet_hours_over_midnight(now, expected):
    times = Times(zone=LONDON, quiet=(22 * 60, 7 * 60))
    assert tell_at(times, "sms", at(now)) == at(expected)


def test_outside_the_shift_it_waits_for_the_next_one_and_over_time_off():
    shift = WorkCalendar(LONDON, OFFICE)
    friday = at("2026-11-27T17:30:00")
    times = Times(zone=LONDON, shift=shift)
    assert tell_at(times, "sms", friday) == at("2026-11-30T09:00:00")
    away = ((at("2026-11-30T00:00:00"), at("2026-12-02T12:00:00")),)
    times = Times(zone=LONDON, shift=shift, away=away)
    assert tell_at(times, "sms", friday) == at("2026-12-02T12:00:00")


def test_quiet_hours_over_the_whole_shift_still_end():
    times = Times(zone=LONDON, quiet=(480, 1080), shift=WorkCalendar(LONDON, OFFICE))
    assert tell_at(times, "sms", at("2026-11-25T10:00:00")) == at("2026-11-25T18:00:00")


@pytest.mark.parametrize(
    ("digest", "expected"),
    [("hourly", "2026-11-24T10:00:00"), ("daily", "2026-11-25T08:00:00")],
)
def test_mails_wait_for_their_fellows_and_sms_do_not(digest, expected):
    times, now = Times(zone=LONDON, digest=digest), at("2026-11-24T09:12:00")
    assert tell_at(times, "email", now) == at(expected)
    assert tell_at(times, "sms", now) == now
