"""What people set about when news may come, read for many of them at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import NewsTimes
from calendars.hours import to_worktime
from calendars.models import Calendar
from calendars.worktime import Period, WorkCalendar
from notifications.timing import Times
from technicians.models import Technician, TimeOff, WorkingHours


def times_of(user_ids: Collection[int], *, now: datetime) -> dict[int, Times]:
    """User id -> their times, of those who set any. Few queries, however many people."""
    rows = list(NewsTimes.objects.filter(user__in=user_ids).select_related("user"))
    off_shift = [row.user_id for row in rows if row.is_quiet_off_shift]
    shifts = shifts_of(off_shift) if off_shift else {}
    away = _away(off_shift, now) if off_shift else {}
    return {row.user_id: _times(row, shifts, away) for row in rows}


def shifts_of(user_ids: Collection[int]) -> dict[int, WorkCalendar | None]:
    """User id -> when they work: their own hours, else those of the desk."""
    desk = _desk_hours()
    own: dict[int, list[list[tuple[int, int]]]] = defaultdict(lambda: [[] for _day in range(7)])
    hours = WorkingHours.objects.filter(technician__user__in=user_ids)
    for user_id, weekday, starts, ends in hours.values_list(
        "technician__user", "weekday", "starts_minutes", "ends_minutes"
    ):
        own[user_id][weekday].append((starts, ends))
    zones = dict(Technician.objects.filter(user__in=own).values_list("user", "time_zone"))
    found: dict[int, WorkCalendar | None] = dict.fromkeys(user_ids, desk)
    return found | {
        user: WorkCalendar(ZoneInfo(zones[user]), weekly) for user, weekly in own.items()
    }


def _desk_hours() -> WorkCalendar | None:
    calendar = Calendar.objects.default().first()
    return to_worktime(calendar) if calendar else None


def _away(user_ids: Collection[int], now: datetime) -> dict[int, list[Period]]:
    away: dict[int, list[Period]] = defaultdict(list)
    rows = TimeOff.objects.filter(technician__user__in=user_ids, ends_at__gt=now)
    for user_id, *span in rows.values_list("technician__user", "starts_at", "ends_at"):
        away[user_id].append((span[0], span[1]))
    return away


def _times(
    row: NewsTimes, shifts: dict[int, WorkCalendar | None], away: dict[int, list[Period]]
) -> Times:
    starts, ends = row.quiet_from_minutes, row.quiet_to_minutes
    return Times(
        zone=ZoneInfo(row.user.time_zone),
        quiet=None if starts is None or ends is None else (starts, ends),
        shift=shifts.get(row.user_id),
        away=tuple(away.get(row.user_id, ())),
        digest=row.digest,
        digest_at_minutes=row.digest_at_minutes,
        urgent_comes_through=row.urgent_comes_through,
    )
