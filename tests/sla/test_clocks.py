"""The three clocks: what starts, pauses and ends them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendars.worktime import WorkCalendar
from tickets.sla.clocks import ClockState, History, Targets, compute_clocks
from tickets.sla.segments import Kind

OFFICE = WorkCalendar(ZoneInfo("UTC"), [[(540, 1020)]] * 5 + [[], []])
PAUSING, DONE = frozenset({"waiting"}), frozenset({"resolved", "closed"})
TARGETS = Targets(60, 120, 480, PAUSING, DONE)


def at(clock: str, day: int = 1) -> datetime:
    """A time in June 2026; the first is a Monday."""
    hour, minute = clock.split(":")
    return datetime(2026, 6, day, int(hour), int(minute), tzinfo=UTC)


def history(created: str = "09:00", **more: object) -> History:
    return History(created_at=at(created), initial_status="open", **more)  # type: ignore[arg-type]


def clocks(now: datetime, targets: Targets = TARGETS, **more: object):
    return compute_clocks(targets, OFFICE, history(**more), now=now)


def test_a_new_ticket_runs_two_clocks() -> None:
    found = clocks(at("09:30"))
    assert found.first_reply.due_at == at("10:00")
    assert found.resolution.due_at == at("17:00")
    assert found.next_reply.state is ClockState.NOT_STARTED
    assert found.first_reply.state is ClockState.RUNNING
    assert found.due_at == at("10:00")


def test_what_is_not_promised_has_no_clock() -> None:
    found = clocks(at("09:30"), Targets())
    assert (found.first_reply, found.next_reply, found.resolution, found.due_at) == (None,) * 4


def test_a_reply_in_time_meets_the_promise() -> None:
    clock = clocks(at("12:00"), agent_replies=(at("09:40"), at("11:00"))).first_reply
    assert (clock.state, clock.met_at, clock.used_minutes) == (ClockState.MET, at("09:40"), 40)
    assert clock.left_minutes == 20


def test_a_reply_at_the_due_moment_is_in_time_and_a_second_later_is_not() -> None:
    late = at("10:00") + timedelta(seconds=1)
    assert clocks(at("12:00"), agent_replies=(at("10:00"),)).first_reply.state is ClockState.MET
    assert clocks(at("12:00"), agent_replies=(late,)).first_reply.state is ClockState.BREACHED


def test_a_promise_breaks_when_its_moment_passes_even_after_hours() -> None:
    reply = (at("20:00"),)
    found = compute_clocks(
        TARGETS, OFFICE, history("16:00", agent_replies=reply), now=at("21:00")
    ).first_reply
    assert (found.due_at, found.state, found.used_minutes) == (
        at("17:00"), ClockState.BREACHED, 60,
    )  # fmt: skip


def test_the_next_reply_starts_after_the_first_one_only() -> None:
    asked = (at("09:00"), at("09:05"))
    assert clocks(at("09:30"), customer_messages=asked).next_reply.state is ClockState.NOT_STARTED
    found = clocks(
        at("11:00"), customer_messages=(*asked, at("10:30")), agent_replies=(at("09:40"),)
    ).next_reply
    assert (found.started_at, found.due_at) == (at("10:30"), at("12:30"))


def test_a_second_message_moves_nothing_and_each_wait_has_its_clock() -> None:
    found = clocks(
        at("16:00"),
        customer_messages=(at("10:00"), at("10:30"), at("14:00")),
        agent_replies=(at("09:10"), at("11:00"), at("11:30")),
    )
    assert [(c.started_at, c.met_at, c.used_minutes) for c in found.next_replies] == [
        (at("10:00"), at("11:00"), 60), (at("14:00"), None, 120),
    ]  # fmt: skip


def test_a_message_in_the_second_of_the_first_reply_is_answered() -> None:
    found = clocks(at("11:00"), customer_messages=(at("09:30"),), agent_replies=(at("09:30"),))
    assert found.next_reply.state is ClockState.NOT_STARTED


def test_answering_and_waiting_in_one_save_is_an_answer() -> None:
    clock = clocks(
        at("12:00"), agent_replies=(at("09:40"),), changes=((at("09:40"), "waiting"),)
    ).first_reply
    assert (clock.state, clock.due_at, clock.used_minutes) == (ClockState.MET, at("10:00"), 40)


def test_while_it_waits_nobody_can_say_when_it_is_due() -> None:
    clock = clocks(at("12:00"), changes=((at("09:30"), "waiting"),)).first_reply
    assert (clock.state, clock.due_at, clock.used_minutes) == (ClockState.PAUSED, None, 30)
    assert clock.ahead == ()


def test_a_pause_outside_hours_moves_nothing() -> None:
    changes = ((at("18:00"), "waiting"), (at("08:00", 2), "open"))
    clock = compute_clocks(TARGETS, OFFICE, history("16:30", changes=changes), now=at("08:30", 2))
    assert clock.first_reply.due_at == at("09:30", 2)


def test_a_broken_promise_stays_broken_while_the_ticket_waits() -> None:
    clock = clocks(at("12:00"), changes=((at("11:00"), "waiting"),)).first_reply
    assert (clock.state, clock.due_at) == (ClockState.BREACHED, at("10:00"))


def test_a_reopened_ticket_goes_on_where_it_stood() -> None:
    done = ((at("10:00"), "resolved"), (at("11:00"), "closed"))
    clock = clocks(at("12:00"), changes=done).resolution
    assert (clock.state, clock.met_at, clock.used_minutes) == (ClockState.MET, at("10:00"), 60)
    clock = clocks(at("13:00"), changes=(done[0], (at("12:00"), "open"))).resolution
    assert (clock.state, clock.used_minutes) == (ClockState.RUNNING, 120)
    assert clock.due_at == at("11:00", 2)


def test_closed_without_an_answer_is_due_for_nothing() -> None:
    found = clocks(at("12:00"), changes=((at("09:30"), "closed"),))
    assert found.first_reply.state is ClockState.PAUSED
    assert found.due_at is None


def test_what_comes_later_is_not_looked_at() -> None:
    later = {"agent_replies": (at("12:00"),), "changes": ((at("12:00"), "closed"),)}
    assert clocks(at("09:30"), **later) == clocks(at("09:30"))
    known = clocks(at("09:30"), first_reply_at=at("12:00")).first_reply
    assert known.state is ClockState.RUNNING


def test_a_known_first_reply_wins() -> None:
    found = clocks(at("12:00"), first_reply_at=at("09:20"), agent_replies=(at("11:00"),))
    assert found.first_reply.met_at == at("09:20")


def test_segments_tell_every_hour() -> None:
    calendar = WorkCalendar(
        ZoneInfo("UTC"),
        [[(540, 1020)]] * 5 + [[], []],
        holidays=lambda year: {at("0:00", 2).date(): "Republic Day"} if year == 2026 else {},
    )
    changes = ((at("10:00", 3), "waiting"), (at("12:00", 3), "open"))
    clock = compute_clocks(
        TARGETS, calendar, history("15:00", changes=changes), now=at("13:00", 3)
    ).resolution
    assert [(s.from_at, s.to_at, s.kind, s.words) for s in clock.segments] == [
        (at("15:00"), at("17:00"), Kind.COUNTED, ""),
        (at("17:00"), at("0:00", 2), Kind.CLOSED, ""),
        (at("0:00", 2), at("0:00", 3), Kind.HOLIDAY, "Republic Day"),
        (at("0:00", 3), at("9:00", 3), Kind.CLOSED, ""),
        (at("9:00", 3), at("10:00", 3), Kind.COUNTED, ""),
        (at("10:00", 3), at("12:00", 3), Kind.PAUSED, "waiting"),
        (at("12:00", 3), at("13:00", 3), Kind.COUNTED, ""),
    ]
    assert [(s.from_at, s.to_at, s.kind) for s in clock.ahead] == [
        (at("13:00", 3), at("17:00", 3), Kind.COUNTED)
    ]
    assert clock.due_at == at("17:00", 3)


def test_no_promise_takes_no_time() -> None:
    for bad in (0, -5):
        with pytest.raises(ValueError, match="at least one minute"):
            Targets(first_reply_minutes=bad)
