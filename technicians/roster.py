"""Loads what the ranking needs to know about everybody, with a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from technicians.models import Booking, Skill, Technician, TechnicianSkill, TimeOff, WorkingHours
from technicians.slots import HORIZON_DAYS, Calendar

FEW = 2000  # up to so many ids are named in a query; beyond it everybody's rows are read
ROW = (
    "pk", "user__name", "user__email", "user__is_active", "availability", "works_in_field",
    "home_latitude", "home_longitude", "service_radius_km", "service_postcodes", "languages",
    "daily_capacity",
)  # fmt: skip


@dataclass(slots=True)
class Person:
    """One technician as the ranking sees them. skills: id -> level, only those asked for."""

    pk: int
    name: str
    is_active: bool
    availability: str
    works_in_field: bool
    home: tuple[float, float] | None
    radius_km: int | None
    postcodes: list[str]
    languages: list[str]
    capacity: int
    skills: dict[int, int] = field(default_factory=dict)


def load_people(skills: Mapping[int, int]) -> tuple[list[Person], dict[int, str]]:
    """(every technician with their level in the named skills, names of those skills)."""
    people = {}
    for row in Technician.objects.order_by("pk").values_list(*ROW):
        pk, name, email, active, availability, field_work, lat, lon, radius, codes, spoken, cap = (
            row
        )
        people[pk] = Person(
            pk, name or email, active, availability, field_work,
            None if lat is None or lon is None else (lat, lon), radius, codes, spoken, cap,
        )  # fmt: skip
    if not skills:
        return list(people.values()), {}
    held = TechnicianSkill.objects.filter(skill__in=skills).values_list(
        "technician_id", "skill_id", "level"
    )
    for technician_id, skill_id, level in held:
        if technician_id in people:
            people[technician_id].skills[skill_id] = level
    return list(people.values()), dict(
        Skill.objects.filter(pk__in=skills).values_list("pk", "name")
    )


def load_calendars(
    ids: Sequence[int], now: datetime
) -> tuple[dict[int, Calendar], dict[int, datetime]]:
    """(calendar of each technician who has working hours, end of a time off that holds now)."""
    narrow = {"technician__in": ids} if len(ids) <= FEW else {}
    calendars: dict[int, Calendar] = {}
    hours = WorkingHours.objects.filter(**narrow).order_by("starts_minutes").values_list(
        "technician_id", "technician__time_zone", "weekday", "starts_minutes", "ends_minutes"
    )  # fmt: skip
    for pk, zone, weekday, starts, ends in hours:
        calendar = calendars.get(pk)
        if calendar is None:
            calendar = calendars[pk] = Calendar(zone)
        calendar.hours.setdefault(weekday, []).append((starts, ends))
    limit = now + timedelta(days=HORIZON_DAYS + 1)
    soon = {"ends_at__gt": now, "starts_at__lt": limit, **narrow}
    spans: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    off_until: dict[int, datetime] = {}
    for pk, starts_at, ends_at in TimeOff.objects.filter(**soon).values_list(
        "technician_id", "starts_at", "ends_at"
    ):
        spans[pk].append((starts_at, ends_at))
        if starts_at <= now:
            off_until[pk] = max(ends_at, off_until.get(pk, ends_at))
    for pk, starts_at, ends_at in Booking.objects.filter(cancelled_at=None, **soon).values_list(
        "technician_id", "starts_at", "ends_at"
    ):
        spans[pk].append((starts_at, ends_at))
    for pk, taken in spans.items():
        if pk in calendars:
            calendars[pk].taken.extend(taken)
    return calendars, off_until
