"""Policies and calendars for tests."""

from typing import Any

from calendars.actions import create_calendar
from calendars.models import Calendar
from tickets.actions.policies import create_policy
from tickets.models import SlaPolicy

ALWAYS = [(day, 0, 1440) for day in range(7)]
OFFICE = [(day, 540, 1020) for day in range(5)]


def make_calendar(name: str = "Always", hours: Any = ALWAYS, **fields: Any) -> Calendar:
    """Open round the clock, in UTC, unless said otherwise."""
    return create_calendar(
        hours=hours, actor=None, name=name, **{"time_zone": "UTC", "country": "", **fields}
    )


def make_policy(name: str = "Standard", **fields: Any) -> SlaPolicy:
    """First reply in 1 hour, next in 2, fixed in 8, on a calendar that never closes."""
    if "calendar" not in fields:
        fields["calendar"] = Calendar.objects.filter(name="Always").first() or make_calendar()
    usual = {
        "first_reply_minutes": 60,
        "next_reply_minutes": 120,
        "resolution_minutes": 480,
        "pausing": ["waiting"],
        "warn_minutes": 30,
    }
    return create_policy(actor=None, name=name, **(usual | fields))
