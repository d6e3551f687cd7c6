"""Loads what the ranking needs to know of some technicians, with a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Value

from accounts.models import Team
from technicians.models import Booking, Skill, Technician, TechnicianSkill, TimeOff, WorkingHours
from technicians.slots import HORIZON_DAYS, Calendar


@dataclass(slots=True)
class Person:
    """One technician as the ranking sees them. skills: id -> level, only those asked for."""

    pk: int
    name: str
    zone: str
    availability: str
    home: tuple[float, float] | None
    radius_km: int | None
    postcodes: list[str]
    languages: list[str]
    capacity: int
    in_team: bool
    skills: dict[int, int] = field(default_factory=dict)
    off_until: datetime | None = None


def load_people(ids: Sequence[int], skills: Iterable[int], team_id: int | None) -> list[Person]:
    """These technicians with their level in the named skills; in_team: of the named team."""
    member = Team.members.through.objects.filter(user=OuterRef("user_id"), team=team_id)
    rows = (
        Technician.objects.filter(pk__in=ids)
        .annotate(in_team=Exists(member) if team_id is not None else Value(False))
        .values_list(
            "pk", "user__name", "user__email", "time_zone", "availability", "home_latitude",
            "home_longitude", "service_radius_km", "service_postcodes", "languages",
            "daily_capacity", "in_team",
        )
    )  # fmt: skip
    people = {}
    for pk, name, email, zone, availability, lat, lon, *rest in rows:
        home = None if lat is None or lon is None else (lat, lon)
        people[pk] = Person(pk, name or email, zone, availability, home, *rest)
    wanted = list(skills)
    if wanted:
        held = TechnicianSkill.objects.filter(technician__in=ids, skill__in=wanted)
        for pk, skill_id, level in held.values_list("technician_id", "skill_id", "level"):
            people[pk].skills[skill_id] = level
    return list(people.values())


def load_calendars(zones: Mapping[int, str], now: datetime) -> dict[int, Calendar]:
    """Calendar of each of them, empty for who has no working hours. Three queries.

    zones: technician id -> their time zone.
    """
    calendars = {pk: Calendar(zone) for pk, zone in zones.items()}
    ids = list(zones)
    hours = WorkingHours.objects.filter(technician__in=ids).order_by("starts_minutes")
    for pk, weekday, starts, ends in hours.values_list(
        "technician_id", "weekday", "starts_minutes", "ends_minutes"
    ):
        calendars[pk].hours.setdefault(weekday, []).append((starts, ends))
    limit = now + timedelta(days=HORIZON_DAYS + 1)
    soon = {"technician__in": ids, "ends_at__gt": now, "starts_at__lt": limit}
    for taken in (
        TimeOff.objects.filter(**soon),
        Booking.objects.filter(cancelled_at=None, **soon),
    ):
        # Unordered: a calendar sorts what is taken.
        for pk, starts_at, ends_at in taken.order_by().values_list(
            "technician_id", "starts_at", "ends_at"
        ):
            calendars[pk].taken.append((starts_at, ends_at))
    return calendars


def load_off_until(ids: Sequence[int], now: datetime) -> dict[int, datetime]:
    """End of the time off that holds now, of those who have one."""
    if not ids:
        return {}
    current = TimeOff.objects.filter(technician__in=ids, starts_at__lte=now, ends_at__gt=now)
    return dict(current.order_by().values_list("technician").annotate(Max("ends_at")))


def names_of(skills: Iterable[int], team_id: int | None) -> tuple[dict[int, str], str]:
    """(skill id -> name, name of the team)."""
    wanted = list(skills)
    names = dict(Skill.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    if team_id is None:
        return names, ""
    return names, Team.objects.filter(pk=team_id).values_list("name", flat=True).first() or ""
