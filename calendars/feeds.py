"""Reads the holidays in an iCalendar file that somebody else wrote.

A holiday is an event of whole days; events with a time of day are meetings. Repeats (RRULE),
single dates (RDATE), exceptions (EXDATE) and moved ones (RECURRENCE-ID) are understood.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from icalendar import Calendar as ICalendar

from core.text import one_line

MOST_EVENTS = 5000
DATES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
MOST_REPEATS = 200  # rules cost time to work out, and the file is a stranger's
MOST_DAYS = 1000
LONGEST = timedelta(days=60)
REPEATS = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}


class FeedError(Exception):
    """The file is no list of holidays; the text says why, for people."""


def days_in(data: bytes, first: date, last: date) -> dict[date, str]:
    """Date -> name of the whole-day events from first to last. Raises FeedError."""
    events = _events(data)
    if sum("RRULE" in event for event in events) > MOST_REPEATS:
        raise FeedError(_("It holds too many repeating events."))
    moved = {
        (str(event.get("UID")), at) for event in events for at in _dates(event, "RECURRENCE-ID")
    }
    found: dict[date, str] = {}
    for event in events:
        _check_read(event)
        try:
            for day in _days(event, first, last, moved):
                found.setdefault(day, _name(event))
        except (ValueError, TypeError, OverflowError, AttributeError, KeyError) as error:
            raise FeedError(_("One of its events cannot be read.")) from error
        if len(found) > MOST_DAYS:
            raise FeedError(_("It holds too many days."))
    return dict(sorted(found.items()))


def _events(data: bytes) -> list[Any]:
    try:
        calendar = ICalendar.from_ical(data)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise FeedError(_("It is no iCalendar file.")) from error
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise FeedError(_("It holds too many events."))
    return [event for event in events if str(event.get("STATUS", "")).upper() != "CANCELLED"]


def _check_read(event: Any) -> None:
    """The parser leaves out what it cannot read; a date left out is a holiday worked through."""
    if DATES & {str(name).upper() for name, _why in event.errors}:
        raise FeedError(_("One of its events cannot be read."))


def _days(event: Any, first: date, last: date, moved: set[tuple[str, date]]) -> Iterator[date]:
    """Every date the event covers between first and last."""
    start = event.decoded("DTSTART", None)
    if not isinstance(start, date) or isinstance(start, datetime):
        return
    length = min(_length(event, start), LONGEST)
    skipped = set(_dates(event, "EXDATE"))
    if "RECURRENCE-ID" not in event:
        skipped |= {at for uid, at in moved if uid == str(event.get("UID"))}
    for begins in _begins(event, start, first - LONGEST, last):
        if begins in skipped:
            continue
        for number in range(length.days):
            day = begins + timedelta(days=number)
            if first <= day <= last:
                yield day


def _length(event: Any, start: date) -> timedelta:
    """The end is the day after the last; without one the event lasts a day."""
    end = event.decoded("DTEND", None)
    length = end - start if type(end) is date else event.decoded("DURATION", timedelta(days=1))
    return max(length, timedelta(days=1))


def _begins(event: Any, start: date, first: date, last: date) -> Iterator[date]:
    """The first days of all occurrences that may matter."""
    rule = event.get("RRULE")
    if rule is None:
        yield start
    else:
        yield from _repeated(rule, start, first, last)
    yield from _dates(event, "RDATE")


def _repeated(rule: Any, start: date, first: date, last: date) -> Iterator[date]:
    rules = rule if isinstance(rule, list) else [rule]
    for each in rules:
        if {str(word).upper() for word in each.get("FREQ", [])} - REPEATS:
            raise ValueError("a holiday does not repeat by the hour")
        # A rule of whole days may end at a moment; only its date counts here.
        ends = [at.date() if isinstance(at, datetime) else at for at in each.get("UNTIL", [])]
        bare = {key: value for key, value in each.items() if key != "UNTIL"}
        text = type(each)(bare).to_ical().decode()
        series = rrulestr(text, dtstart=datetime.combine(start, datetime.min.time()))
        stop = min([last, *ends])
        for at in series.xafter(datetime.combine(first, datetime.min.time()), inc=True):
            if at.date() > stop:
                break
            yield at.date()


def _dates(event: Any, name: str) -> Iterator[date]:
    """The whole dates of a property that may be missing, single or a list of lists."""
    value = event.get(name)
    for entry in value if isinstance(value, list) else [value]:
        for item in getattr(entry, "dts", [entry]):
            at = getattr(item, "dt", None)
            if type(at) is date:
                yield at


def _name(event: Any) -> str:
    return one_line(str(event.get("SUMMARY", "")))[:120] or _("Holiday")
