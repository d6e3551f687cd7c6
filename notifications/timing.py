"""When a person may be told by a channel. Pure: no database, no clock. Results are in UTC.

Silence is quiet hours on the person's wall, and time outside their shift. What is not told at
once waits for the first moment without silence; mails may also wait for their fellows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Channel, Digest
from calendars.worktime import NoOpeningHours, Period, WorkCalendar, wall_to_utc

ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
MOST_STEPS = 60  # quiet hours over the whole shift would never end


@dataclass(frozen=True)
class Times:
    """What one person set.

    quiet: minutes after midnight, from and until; from the later one it runs over midnight.
    shift: when they work, None: no silence outside of it. away: time off, in any order.
    """

    zone: ZoneInfo
    quiet: tuple[int, int] | None = None
    shift: WorkCalendar | None = None
    away: tuple[Period, ...] = ()
    digest: str = Digest.NONE
    digest_at_minutes: int = 480
    urgent_comes_through: bool = True


def tell_at(times: Times, channel: str, now: datetime, *, is_urgent: bool = False) -> datetime:
    """The first moment this person may be told by this channel; now itself for at once.

    The bell makes no sound: it is always told at once.
    """
    now = now.astimezone(UTC)
    if channel == Channel.BELL or (is_urgent and times.urgent_comes_through):
        return now
    start = _gathered(times, now) if channel == Channel.EMAIL else now
    at = start
    for _step in range(MOST_STEPS):
        later = _shift_begins(times, _quiet_ends(times, at))
        if later == at:
            return at
        at = later
    return _quiet_ends(times, start)  # no moment of the shift is loud: the quiet hours count


def is_silent(times: Times, at: datetime) -> bool:
    """Whether nothing may make a sound at this moment."""
    return _shift_begins(times, _quiet_ends(times, at)) != at


def _quiet_ends(times: Times, at: datetime) -> datetime:
    """This moment, or the end of the quiet hours it lies in."""
    for begins, over in _quiet_around(times, at):
        if begins <= at < over:
            at = over
    return at


def _quiet_around(times: Times, at: datetime) -> Iterator[Period]:
    """Quiet hours of the days around a moment, in order."""
    if times.quiet is None:
        return
    starts, ends = times.quiet
    today = at.astimezone(times.zone).date()
    for day in (today - ONE_DAY, today, today + ONE_DAY):
        last_day = day if starts < ends else day + ONE_DAY
        yield wall_to_utc(times.zone, day, starts), wall_to_utc(times.zone, last_day, ends)


def _shift_begins(times: Times, at: datetime) -> datetime:
    """This moment when they work, else when they next do. Who never works is never off."""
    if times.shift is None:
        return at
    for begins, over in sorted(times.away):
        if begins <= at < over:
            at = over
    try:
        return times.shift.next_open(at)
    except NoOpeningHours:
        return at


def _gathered(times: Times, now: datetime) -> datetime:
    """When the mails of this moment go out together."""
    if times.digest == Digest.HOURLY:
        wall = now.astimezone(times.zone)  # some zones are half an hour off the others
        over = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
        return now + (ONE_HOUR - over) if over else now
    if times.digest == Digest.DAILY:
        today = now.astimezone(times.zone).date()
        days = (today, today + ONE_DAY, today + 2 * ONE_DAY)
        return next(
            at
            for at in (wall_to_utc(times.zone, day, times.digest_at_minutes) for day in days)
            if at >= now
        )
    return now
