"""How much of each part somebody earns. Pure functions over one Person and the job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from technicians.models import Availability
from technicians.ranking.needs import JobNeeds
from technicians.ranking.places import drive_minutes, road_km
from technicians.roster import Person
from technicians.slots import Calendar, next_free

HALF_DISTANCE_KM = 40.0  # every 40 km of road halve the points of distance
HALF_WAIT_HOURS = 8.0  # every 8 hours of waiting halve the points of availability
BUSY_SHARE = 0.6  # somebody who says "busy" keeps so much of their availability
LEAST_SKILL_SHARE = 0.7  # exactly the level that is needed; the rest is for being better
UNKNOWN_SHARE = 0.5  # a place on no map, languages nobody entered, no job of this kind so far
TOP_LEVEL = 5


@dataclass(frozen=True)
class Trip:
    """The way to the job and the first moment it can start."""

    km: float | None
    minutes: int | None
    earliest_at: datetime


def plan_trip(person: Person, calendar: Calendar, needs: JobNeeds) -> Trip | None:
    """The earliest start after the drive; None when nothing is free within the horizon."""
    km = None
    if needs.onsite and needs.place and person.home:
        km = road_km(person.home, needs.place)
    minutes = drive_minutes(km) if km is not None else None
    ready_at = needs.now + timedelta(minutes=minutes or 0)
    earliest_at = next_free(calendar, needs.minutes, after=ready_at)
    return None if earliest_at is None else Trip(km, minutes, earliest_at)


def shares_of(person: Person, trip: Trip, jobs: int, needs: JobNeeds) -> dict[str, float]:
    """Part -> how much of it they earn, 0 to 1."""
    familiar, result = needs.familiar.get(person.pk), needs.results.get(person.pk)
    return {
        "skills": skill_share(person.skills, needs.skills),
        "distance": _distance_share(needs, trip.km),
        "availability": _wait_share(person, trip.earliest_at - needs.now),
        "load": 1 - jobs / person.capacity,
        "familiar": familiar.share if familiar else 0.0,
        "results": result.share if result else UNKNOWN_SHARE,
        "language": _language_share(person, needs),
        "team": float(person.in_team),
    }


def points_of(share: float, of: int) -> Decimal:
    """Points to one decimal."""
    return Decimal(round(share * of * 10)) / 10


def level_share(level: int, least: int) -> float:
    """How much of a skill's points a level earns that is enough."""
    if least >= TOP_LEVEL:
        return 1.0
    return LEAST_SKILL_SHARE + (1 - LEAST_SKILL_SHARE) * (level - least) / (TOP_LEVEL - least)


def skill_share(levels: Mapping[int, int], needed: Mapping[int, int]) -> float:
    """The mean over the needed skills; everything when none is needed."""
    if not needed:
        return 1.0
    return sum(level_share(levels[skill], least) for skill, least in needed.items()) / len(needed)


def _language_share(person: Person, needs: JobNeeds) -> float:
    if not person.languages:
        return UNKNOWN_SHARE
    return float(needs.spoken in person.languages)


def _distance_share(needs: JobNeeds, km: float | None) -> float:
    if not needs.onsite:
        return 1.0
    return UNKNOWN_SHARE if km is None else 0.5 ** (km / HALF_DISTANCE_KM)


def _wait_share(person: Person, wait: timedelta) -> float:
    share = 0.5 ** (max(wait.total_seconds(), 0) / 3600 / HALF_WAIT_HOURS)
    return share * (BUSY_SHARE if person.availability == Availability.BUSY else 1)
