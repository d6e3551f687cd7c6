"""How every action on a calendar begins and ends."""

from typing import Any

from django.db import transaction

from calendars.events import CalendarChanged
from calendars.models import Calendar
from core.events import record


def lock(calendar: Calendar) -> Calendar:
    """The row as it is now, held until the end of the transaction."""
    return Calendar.objects.select_for_update().get(pk=calendar.pk)


@transaction.atomic(savepoint=False)
def save_changed(calendar: Calendar, words: str, *fields: str, actor: Any) -> None:
    """Store fields, add one to the version, and record that working time changed."""
    calendar.version += 1
    calendar.save(update_fields=[*fields, "version", "updated_at"])
    record(CalendarChanged(title=calendar.name, fields=words), subject=calendar, actor=actor)
