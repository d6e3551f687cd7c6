"""Reads the cases of working-time arithmetic that others wrote (CASES_DIR/businesshours)."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from calendars.worktime import WorkCalendar, end_minutes
from tests.conftest import CASES_DIR

FILE = CASES_DIR / "businesshours" / "cases.jsonl"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@cache
def cases() -> list[dict[str, Any]]:
    """All cases; none where the folder is absent (the cases_dir fixture then says so)."""
    if not FILE.is_file():
        return []
    return [json.loads(line) for line in FILE.read_text().splitlines()]


def ids(*, sla: bool) -> list[str]:
    """Case ids, one test each."""
    return [case["id"] for case in cases() if (case["op"] == "sla") == sla] or ["absent"]


def case_of(case_id: str) -> dict[str, Any]:
    return next(case for case in cases() if case["id"] == case_id)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def frames(pairs: list[list[str]]) -> list[tuple[int, int]]:
    return [(minutes(starts), end_minutes(minutes(ends))) for starts, ends in pairs]


def dated(days: Mapping[str, list[list[str]]]) -> dict[date, list[tuple[int, int]]]:
    return {date.fromisoformat(day): frames(pairs) for day, pairs in days.items()}


def calendar_of(data: Mapping[str, Any]) -> WorkCalendar:
    closed = [date.fromisoformat(day) for day in data.get("holidays", [])]
    return WorkCalendar(
        zone=ZoneInfo(data["tz"]),
        weekly=[frames(data["hours"].get(day, [])) for day in DAYS],
        dates=dated(data.get("shifts", {})),
        breaks=dated(data.get("breaks", {})),
        holidays=lambda year: {day: "holiday" for day in closed if day.year == year},
    )
