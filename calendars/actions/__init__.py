"""Everything that can be done to a calendar."""

from calendars.actions.calendars import (
    EDITABLE,
    create_calendar,
    delete_calendar,
    make_default_calendar,
    set_calendar_hours,
    update_calendar,
)
from calendars.actions.days import add_own_day, delete_own_day, keep_holidays
from calendars.actions.feeds import fetch_calendar_feed, fetch_calendar_feeds, store_feed_days

__all__ = [
    "EDITABLE",
    "add_own_day",
    "create_calendar",
    "delete_calendar",
    "delete_own_day",
    "fetch_calendar_feed",
    "fetch_calendar_feeds",
    "keep_holidays",
    "make_default_calendar",
    "set_calendar_hours",
    "store_feed_days",
    "update_calendar",
]
