"""Single dates of a calendar: own days, and which holidays are kept."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from calendars.actions.locking import lock, save_changed
from calendars.errors import DayTaken, FramesOverlap
from calendars.models import Calendar, OwnDay, OwnFrame
from calendars.worktime import merged
from core.checks import check_fields
from core.text import one_line


@transaction.atomic
def add_own_day(
    calendar: Calendar,
    on_date: date,
    name: str,
    frames: Iterable[tuple[int, int]] = (),
    *,
    actor: Any,
) -> OwnDay:
    """Close a date, or open it in these frames only (minutes, from and to).

    Raises DayTaken, FramesOverlap.
    """
    calendar = lock(calendar)
    if calendar.own_days.filter(on_date=on_date).exists():
        raise DayTaken
    spans = list(frames)
    try:
        apart = len(merged(spans)) == len(spans)
    except ValueError as error:
        raise FramesOverlap from error
    if not apart:
        raise FramesOverlap
    day = OwnDay(calendar=calendar, on_date=on_date, name=one_line(name))
    check_fields(day)
    day.save()
    OwnFrame.objects.bulk_create(
        OwnFrame(day=day, starts_minutes=starts, ends_minutes=ends) for starts, ends in spans
    )
    save_changed(calendar, gettext("own days"), actor=actor)
    return day


@transaction.atomic
def delete_own_day(day: OwnDay, *, actor: Any) -> None:
    """Let the date be an ordinary one again; deleting twice changes nothing."""
    calendar = lock(day.calendar)
    deleted, _rows = OwnDay.objects.filter(pk=day.pk).delete()
    if deleted:
        save_changed(calendar, gettext("own days"), actor=actor)


@transaction.atomic
def keep_holidays(
    calendar: Calendar, shown: Collection[date], kept: Collection[date], *, actor: Any
) -> Calendar:
    """Of the holidays that were shown, close on those kept and work on the others.

    Dates that were not shown stay as they are.
    """
    calendar = lock(calendar)
    before = set(calendar.worked_holidays)
    after = (before - set(shown)) | (set(shown) - set(kept))
    if after == before:
        return calendar
    calendar.worked_holidays = sorted(after)
    save_changed(calendar, gettext("kept holidays"), "worked_holidays", actor=actor)
    return calendar
