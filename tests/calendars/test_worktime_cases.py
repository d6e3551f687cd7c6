"""Working-time arithmetic, as three other programs do it."""

from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendars.worktime import WorkCalendar, wall_to_utc
from tests.calendars.cases import calendar_of, case_of, frames, ids, minutes, moment
from tickets.sla.clocks import due_after
from tickets.sla.segments import Kind, Segment, by_local_day, counted_seconds, pauses_of, segments

LATER = timedelta(days=60)


def pauses(case: dict[str, Any], start: str) -> Any:
    changes = [(moment(at), status) for at, status in case["history"]]
    return pauses_of(moment(start), case["initial_state"], changes, set(case["paused_states"]))


def pair(period: tuple[Any, Any]) -> list[Any]:
    return list(period)


def pause_segments(case: dict[str, Any]) -> dict[str, list[tuple[int, int]]]:
    """Paused stretches per local day, in minutes on the wall."""
    zone = ZoneInfo(case["tz"])
    changes = [
        (wall_to_utc(zone, date.fromisoformat(at[:10]), minutes(at[11:])), status)
        for at, status in case["history_local"]
    ]
    start, end = changes[0][0] - timedelta(hours=1), changes[-1][0] + timedelta(hours=1)
    known = pauses_of(start, case["initial_state"], changes, frozenset(case["paused_states"]))
    calendar = WorkCalendar(zone, [[(0, 1440)]] * 7)
    found: dict[str, list[tuple[int, int]]] = {}
    for day, pieces in by_local_day(calendar, segments(calendar, start, end, known)).items():
        for piece in pieces:
            if piece.kind is Kind.PAUSED:
                found.setdefault(day.isoformat(), []).append(on_the_wall(piece, zone))
    return found


def on_the_wall(piece: Segment, zone: ZoneInfo) -> tuple[int, int]:
    from_at, to_at = piece.from_at.astimezone(zone), piece.to_at.astimezone(zone)
    return from_at.hour * 60 + from_at.minute, (to_at.hour * 60 + to_at.minute) or 1440


def working_minutes(case: dict[str, Any], calendar: WorkCalendar) -> int:
    start = max(moment(case["start"]), moment(case["created_at"]))
    known = pauses(case, case["created_at"])
    found = segments(calendar, start, max(start, moment(case["end"])), known)
    return counted_seconds(found) // 60


def answer(case: dict[str, Any]) -> Any:
    """What we say, in the shape of the case's `expect`; one branch per op."""
    op = case["op"]
    if op == "wall_to_utc":
        day = date.fromisoformat(case["date"])
        return wall_to_utc(ZoneInfo(case["tz"]), day, minutes(case["time"]))
    if op == "pause_segments":
        return pause_segments(case)
    calendar = calendar_of(case["calendar"])
    if op == "working_minutes":
        return working_minutes(case, calendar)
    at = moment(case["at"] if op == "in_hours" else case["start"])
    answers = {
        "in_hours": lambda: calendar.is_open(at),
        "after": lambda: calendar.add(at, case["seconds"]),
        "before": lambda: calendar.subtract(at, case["seconds"]),
        "after_days": lambda: calendar.add_days(at, case["days"]),
        "before_days": lambda: calendar.subtract_days(at, case["days"]),
        "within": lambda: calendar.seconds_between(at, moment(case["end"])),
        "periods_after": lambda: [pair(p) for p in islice(calendar.periods(at), case["count"])],
        "periods_until": lambda: [pair(p) for p in calendar.periods(at, moment(case["end"]))],
        "due_with_pauses": lambda: due_after(
            calendar, at, case["minutes"] * 60, pauses(case, case["start"])
        ),
    }
    return answers[op]()


def expected(case: dict[str, Any]) -> Any:
    value = case["expect"]
    if case["op"] == "pause_segments":
        return {day: frames(pairs) for day, pairs in value.items()}
    if isinstance(value, str):
        return moment(value)
    if isinstance(value, list):
        return [[moment(at) for at in pair] for pair in value]
    return value


@pytest.mark.parametrize("case_id", ids(sla=False))
def test_case(case_id: str, cases_dir: Path) -> None:
    case = case_of(case_id)
    assert answer(case) == expected(case), case.get("note")
