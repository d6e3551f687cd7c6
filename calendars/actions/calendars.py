"""A calendar as a whole: make, change, choose, delete."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from calendars.actions.locking import lock, save_changed
from calendars.errors import DefaultStays, FramesOverlap, NameTaken, NoHours
from calendars.events import (
    CalendarCreated,
    CalendarDeleted,
    DefaultCalendarChosen,
)
from calendars.models import Calendar, WeeklyFrame
from calendars.official import check_place
from calendars.worktime import merged
from core.checks import check_fields, field_of
from core.events import record, ring
from core.text import one_line

EDITABLE = ("name", "time_zone", "country", "region", "feed_url")
Hours = Iterable[tuple[int, int, int]]


@transaction.atomic
def create_calendar(*, hours: Hours, actor: Any, **fields: Any) -> Calendar:
    """Make a calendar. hours: (weekday, from, to), at least one; fields: keys of EDITABLE."""
    calendar = Calendar(**{name: value for name, value in fields.items() if name in EDITABLE})
    _check(calendar)
    rows = _checked_hours(hours)
    calendar.save()
    _store_hours(calendar, rows)
    record(CalendarCreated(title=calendar.name), subject=calendar, actor=actor)
    if calendar.feed_url:
        ring("calendars.fetch_feed", calendar.pk)
    return calendar


@transaction.atomic
def update_calendar(calendar: Calendar, changes: Mapping[str, Any], *, actor: Any) -> Calendar:
    """Store changed fields (keys of EDITABLE). Another feed begins without days, and is fetched.

    Nothing is recorded when nothing differs.
    """
    calendar = lock(calendar)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    changed = [name for name, value in wanted.items() if getattr(calendar, name) != value]
    if not changed:
        return calendar
    for name in changed:
        setattr(calendar, name, wanted[name])
    if "country" in changed and "region" not in wanted:
        calendar.region = ""  # it was a region of the other country
    _check(calendar)
    fields = {*changed, "region"}
    if "feed_url" in changed:
        calendar.feed_days.all().delete()
        calendar.feed_fetched_at = calendar.feed_good_at = None
        calendar.feed_error = ""
        fields |= {"feed_fetched_at", "feed_good_at", "feed_error"}
        if calendar.feed_url:
            ring("calendars.fetch_feed", calendar.pk)
    words = ", ".join(str(field_of(Calendar, name).verbose_name) for name in changed)
    save_changed(calendar, words, *fields, actor=actor)
    return calendar


@transaction.atomic
def set_calendar_hours(calendar: Calendar, hours: Hours, *, actor: Any) -> Calendar:
    """Replace the week with (weekday, from, to) in minutes. Raises NoHours, FramesOverlap."""
    calendar = lock(calendar)
    rows = _checked_hours(hours)
    frames = calendar.weekly_frames
    if rows == list(frames.values_list("weekday", "starts_minutes", "ends_minutes")):
        return calendar
    frames.all().delete()
    _store_hours(calendar, rows)
    save_changed(calendar, gettext("working hours"), actor=actor)
    return calendar


@transaction.atomic
def make_default_calendar(calendar: Calendar, *, actor: Any) -> Calendar:
    """Use this calendar where none is named."""
    # All of them, in one order: two managers who choose at once queue instead of deadlocking.
    rows = {row.pk: row for row in Calendar.objects.select_for_update().order_by("pk")}
    calendar = rows[calendar.pk]
    if calendar.is_default:
        return calendar
    Calendar.objects.filter(is_default=True).update(is_default=False)
    calendar.is_default = True
    calendar.save(update_fields=["is_default"])
    record(DefaultCalendarChosen(title=calendar.name), subject=calendar, actor=actor)
    return calendar


@transaction.atomic
def delete_calendar(calendar: Calendar, *, actor: Any) -> None:
    """Delete a calendar nobody uses. Raises DefaultStays; ProtectedError from who uses it."""
    calendar = lock(calendar)
    if calendar.is_default:
        raise DefaultStays
    record(CalendarDeleted(title=calendar.name), subject=calendar, actor=actor)
    calendar.delete()


def _check(calendar: Calendar) -> None:
    calendar.name = one_line(calendar.name)
    check_fields(calendar)
    check_place(calendar.country, calendar.region)
    if Calendar.objects.exclude(pk=calendar.pk).filter(name__iexact=calendar.name).exists():
        raise NameTaken


def _checked_hours(hours: Hours) -> list[tuple[int, int, int]]:
    """In order. Raises NoHours for none, FramesOverlap for what is no week."""
    rows = sorted(set(hours))
    if not rows:
        raise NoHours
    for weekday in range(7):
        spans = [(starts, ends) for day, starts, ends in rows if day == weekday]
        try:
            apart = len(merged(spans)) == len(spans)
        except ValueError as error:
            raise FramesOverlap from error
        if not apart:
            raise FramesOverlap
    return rows


def _store_hours(calendar: Calendar, rows: list[tuple[int, int, int]]) -> None:
    WeeklyFrame.objects.bulk_create(
        WeeklyFrame(calendar=calendar, weekday=day, starts_minutes=starts, ends_minutes=ends)
        for day, starts, ends in rows
    )
