"""Everything that can be done to a technician's record and calendar."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from core.checks import field_of
from core.events import record
from core.text import one_line
from technicians.errors import HoursOverlap, NotATechnician, SlotTaken, TimeOrder
from technicians.events import AvailabilityChanged, TechnicianChanged, TechnicianCreated
from technicians.models import (
    Availability,
    Booking,
    Skill,
    Technician,
    TechnicianSkill,
    TimeOff,
    WorkingHours,
)
from technicians.roster import load_calendars
from technicians.slots import next_free, overlapping

EDITABLE = (
    "languages", "home_latitude", "home_longitude", "service_radius_km", "service_postcodes",
    "works_in_field", "time_zone", "daily_capacity",
)  # fmt: skip


@transaction.atomic
def create_technician(
    user: User, *, actor: Any, skills: Mapping[Skill, int] | None = None, **fields: Any
) -> Technician:
    """Make the profile of a colleague. skills: skill -> level 1 to 5; fields: keys of EDITABLE.

    Raises NotATechnician for somebody without the role or with a profile.
    """
    # A lock, or two managers at once would meet the unique constraint instead of a sentence.
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_technician or Technician.objects.filter(user=user).exists():
        raise NotATechnician
    technician = Technician.objects.create(
        user=user, **{name: value for name, value in fields.items() if name in EDITABLE}
    )
    _store_skills(technician, skills or {})
    record(TechnicianCreated(), subject=technician, actor=actor)
    return technician


@transaction.atomic
def follow_roles(user: User, *, actor: Any = None) -> Technician | None:
    """Keep the profile in step with the roles; the same again changes nothing.

    Whoever works at the desk gets one, so that they can own tickets. Only a technician is given
    jobs. Returns None for somebody who is neither and has none.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    found = Technician.objects.filter(user=user).first()
    if found is None and not user.is_desk:
        return None  # a technician's profile is written by a manager: skills, hours, area
    if found is None:
        found = Technician.objects.create(
            user=user, is_dispatched=user.is_technician, works_in_field=False
        )
        record(TechnicianCreated(), subject=found, actor=actor)
    elif found.is_dispatched != user.is_technician:
        found.is_dispatched = user.is_technician
        _save(found, "is_dispatched")
        label = str(field_of(Technician, "is_dispatched").verbose_name)
        record(TechnicianChanged(fields=label), subject=found, actor=actor)
    return found


@transaction.atomic
def update_technician(
    technician: Technician,
    changes: Mapping[str, Any],
    *,
    actor: Any,
    skills: Mapping[Skill, int] | None = None,
) -> Technician:
    """Store changed fields (keys of EDITABLE) and skill levels; level 0 takes a skill away.

    Skills that are not named stay. Nothing is recorded when nothing differs.
    """
    technician = _lock(technician)
    changed = [
        name for name, value in changes.items()
        if name in EDITABLE and getattr(technician, name) != value
    ]  # fmt: skip
    for name in changed:
        setattr(technician, name, changes[name])
    labels = [str(field_of(Technician, name).verbose_name) for name in changed]
    if _store_skills(technician, skills or {}):
        labels.append(gettext("skills"))
    if not labels:
        return technician
    _save(technician, *changed)
    record(TechnicianChanged(fields=", ".join(labels)), subject=technician, actor=actor)
    return technician


@transaction.atomic
def set_availability(technician: Technician, availability: str, *, actor: Any) -> Technician:
    """Switch between available, busy and off; the same again changes nothing."""
    technician = _lock(technician)
    before, after = technician.availability, Availability(availability)
    if before == after:
        return technician
    technician.availability = after
    _save(technician, "availability")
    record(
        AvailabilityChanged(from_value=before, to_value=after, to_name=str(after.label)),
        subject=technician,
        actor=actor,
    )
    return technician


@transaction.atomic
def set_hours(
    technician: Technician, hours: Iterable[tuple[int, int, int]], *, actor: Any
) -> Technician:
    """Replace the weekly hours with (weekday, from, to); minutes after midnight, own zone.

    Raises HoursOverlap when two stretches of a day overlap or one ends before it starts.
    """
    technician = _lock(technician)
    rows = sorted(set(hours))
    for weekday in range(7):
        day = [(starts, ends) for at, starts, ends in rows if at == weekday]
        if overlapping(day) or any(starts >= ends or ends > 1440 for starts, ends in day):
            raise HoursOverlap
    technician.working_hours.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            technician=technician, weekday=weekday, starts_minutes=starts, ends_minutes=ends
        )
        for weekday, starts, ends in rows
    )
    _save(technician)
    record(TechnicianChanged(fields=gettext("working hours")), subject=technician, actor=actor)
    return technician


@transaction.atomic
def add_time_off(
    technician: Technician, starts_at: datetime, ends_at: datetime, reason: str, *, actor: Any
) -> TimeOff:
    """Plan a stretch without work. Raises TimeOrder when it ends before it starts."""
    technician = _lock(technician)
    if starts_at >= ends_at:
        raise TimeOrder
    planned = TimeOff.objects.create(
        technician=technician,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=one_line(reason)[:200],
    )
    record(TechnicianChanged(fields=gettext("time off")), subject=technician, actor=actor)
    return planned


@transaction.atomic
def remove_time_off(planned: TimeOff, *, actor: Any) -> None:
    """Take a planned time off back."""
    technician = _lock(planned.technician)
    planned.delete()
    record(TechnicianChanged(fields=gettext("time off")), subject=technician, actor=actor)


@transaction.atomic
def book(
    technician: Technician, starts_at: datetime, ends_at: datetime, purpose: str, *, actor: Any
) -> Booking:
    """Take time in the calendar. Raises SlotTaken when it overlaps another booking.

    The exclusion constraint is the judge, so two dispatchers at once cannot both win. The lock
    makes them queue: two inserts that wait for each other under the constraint would deadlock.
    """
    if starts_at >= ends_at:
        raise TimeOrder
    Technician.objects.select_for_update().filter(pk=technician.pk).first()
    try:
        with transaction.atomic():
            return Booking.objects.create(
                technician=technician,
                starts_at=starts_at,
                ends_at=ends_at,
                purpose=one_line(purpose)[:200],
            )
    except IntegrityError as error:
        raise SlotTaken from error


@transaction.atomic
def cancel_booking(booking: Booking, *, actor: Any) -> Booking:
    """Give the time back; a cancelled booking stays as it was."""
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.cancelled_at is None:
        booking.cancelled_at = timezone.now()
        booking.save(update_fields=["cancelled_at"])
    return booking


def next_free_slot(
    technician: Technician, minutes: int, *, after: datetime | None = None
) -> datetime | None:
    """Earliest start with so many free minutes within the next 14 days, or None. Reads only."""
    after = after or timezone.now()
    calendar = load_calendars({technician.pk: technician.time_zone}, after)[technician.pk]
    return next_free(calendar, minutes, after=after)


def _lock(technician: Technician) -> Technician:
    return (
        Technician.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=technician.pk)
    )


def _save(technician: Technician, *fields: str) -> None:
    technician.version += 1
    technician.save(update_fields=[*fields, "version", "updated_at"])


def _store_skills(technician: Technician, skills: Mapping[Skill, int]) -> bool:
    """Store the named levels; True when one differs from before."""
    held = {row.skill_id: row for row in technician.skill_levels.all()}
    differs = False
    for skill, level in skills.items():
        row = held.get(skill.pk)
        if level == (row.level if row else 0):
            continue
        differs = True
        if level:
            TechnicianSkill.objects.update_or_create(
                technician=technician, skill=skill, defaults={"level": level}
            )
        elif row:
            row.delete()
    return differs
