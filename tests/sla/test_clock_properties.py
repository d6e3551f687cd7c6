"""What holds for every history on every calendar."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.worktime import WorkCalendar
from tests.calendars.strategies import calendars, moments
from tickets.sla.clocks import Clocks, History, Targets, compute_clocks
from tickets.sla.segments import Kind, by_local_day, counted_seconds

TARGETS = Targets(90, 120, 4000, frozenset({"waiting"}), frozenset({"closed"}))
steady = settings(deadline=None, max_examples=25, print_blob=True)


@st.composite
def stories(draw: st.DrawFn) -> tuple[History, Any]:
    """A history of some weeks, and a moment inside or after it."""
    start = draw(moments)
    steps = st.integers(0, 30 * 86_400).map(lambda seconds: start + timedelta(seconds=seconds))
    statuses = st.sampled_from(["open", "waiting", "closed"])
    return History(
        created_at=start,
        initial_status=draw(statuses),
        changes=tuple(draw(st.lists(st.tuples(steps, statuses), max_size=6))),
        customer_messages=tuple(draw(st.lists(steps, max_size=4))),
        agent_replies=tuple(draw(st.lists(steps, max_size=4))),
    ), draw(steps)


def all_of(clocks: Clocks) -> list[Any]:
    return [
        clock
        for clock in (clocks.first_reply, *clocks.next_replies, clocks.resolution)
        if clock and clock.started_at
    ]


@steady
@given(calendars(), stories())
def test_segments_tell_all_and_their_counted_seconds_are_what_was_used(
    calendar: WorkCalendar, story: tuple[History, Any]
) -> None:
    history, now = story
    for clock in all_of(compute_clocks(TARGETS, calendar, history, now=now)):
        assert counted_seconds(clock.segments) == clock.used_seconds
        edges = [clock.started_at, *(segment.to_at for segment in clock.segments)]
        assert [segment.from_at for segment in clock.segments] == edges[:-1]
        assert edges[-1] == (clock.met_at or now)
        for segment in clock.segments:
            worked = calendar.seconds_between(segment.from_at, segment.to_at)
            if segment.kind is Kind.COUNTED:
                assert worked == segment.seconds
            elif segment.kind is not Kind.PAUSED:
                assert worked == 0


@steady
@given(calendars(), stories())
def test_used_and_ahead_are_the_promise(calendar: WorkCalendar, story: tuple[History, Any]) -> None:
    history, now = story
    for clock in all_of(compute_clocks(TARGETS, calendar, history, now=now)):
        if clock.ahead:
            total = clock.used_seconds + counted_seconds(clock.ahead)
            assert total == clock.target_minutes * 60
            assert clock.ahead[-1].to_at == clock.due_at


@steady
@given(calendars(), stories())
def test_days_cut_the_same_time(calendar: WorkCalendar, story: tuple[History, Any]) -> None:
    history, now = story
    clock = compute_clocks(TARGETS, calendar, history, now=now).resolution
    assert clock is not None
    pieces = [piece for day in by_local_day(calendar, clock.segments).values() for piece in day]
    whole, cut = clock.segments, pieces
    assert sum(s.seconds for s in whole) == sum(s.seconds for s in cut)
    assert counted_seconds(whole) == counted_seconds(cut)


@steady
@given(calendars(), stories())
def test_due_times_are_reached_by_counting(
    calendar: WorkCalendar, story: tuple[History, Any]
) -> None:
    """Seen at its due moment, a clock has used exactly what was promised."""
    history, now = story
    for clock in all_of(compute_clocks(TARGETS, calendar, history, now=now)):
        if not clock.ahead:
            continue
        later = compute_clocks(TARGETS, calendar, history.until(now), now=clock.due_at)
        used = {(c.started_at, c.due_at): c.used_seconds for c in all_of(later)}
        assert used[clock.started_at, clock.due_at] == clock.target_minutes * 60
