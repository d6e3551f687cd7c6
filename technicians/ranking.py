"""Who is best for a job: hard reasons against, then a score out of 100, each part in words.

skills 40, distance 25, availability 20, load 15 unless a manager weighs them otherwise.
Pure scoring over people that technicians/roster.py loads with a constant number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from technicians.models import Availability
from technicians.roster import Person, load_calendars, load_people
from technicians.slots import HORIZON_DAYS, Calendar, next_free

EARTH_KM = 6371.0
ROAD_FACTOR = 1.3  # roads are about a third longer than the straight line
SPEED_KMH = 40.0  # town and country mixed, parking included
HALF_DISTANCE_KM = 40.0  # every 40 km of road halve the points of distance
HALF_WAIT_HOURS = 8.0  # every 8 hours of waiting halve the points of availability
BUSY_SHARE = 0.6  # somebody who says "busy" keeps so much of their availability
LEAST_SKILL_SHARE = 0.7  # exactly the level that is needed; the rest is for being better
UNKNOWN_PLACE_SHARE = 0.5
LANGUAGE_SHARE = 0.8  # of the skill points, when the customer's language is not spoken
STORED = 100  # people a stored decision names on each side
TOP_LEVEL = 5


@dataclass(frozen=True)
class JobNeeds:
    """What a job asks for.

    skills: id -> least level (1 to 5). place: (latitude, longitude) in degrees. minutes: > 0.
    onsite: somebody has to go there. language: code such as "de", a wish and no demand.
    """

    skills: dict[int, int]
    place: tuple[float, float] | None
    postcode: str
    onsite: bool
    minutes: int
    language: str | None
    priority: int
    customer_id: int
    device_id: int | None
    now: datetime


@dataclass(frozen=True)
class Weights:
    """Points each part can give; together 100."""

    skills: int = 40
    distance: int = 25
    availability: int = 20
    load: int = 15


@dataclass(frozen=True)
class Component:
    """One part of a score: points of a possible number, and why, in words."""

    points: Decimal
    of: int
    words: str


@dataclass(frozen=True)
class Shares:
    """How much of each part somebody earns, 0 to 1."""

    skills: float
    distance: float
    availability: float
    load: float


@dataclass(frozen=True)
class Excluded:
    """Somebody who cannot do the job, with the reason in words."""

    technician_id: int
    name: str
    reason: str


@dataclass(frozen=True)
class Candidate:
    """Somebody who can do the job. Words are made when they are asked for: most never are."""

    person: Person
    needs: JobNeeds
    weights: Weights
    shares: Shares
    score: Decimal
    earliest_at: datetime
    distance_km: float | None
    travel_minutes: int | None
    jobs: int
    skill_names: Mapping[int, str] = field(repr=False)

    @property
    def technician_id(self) -> int:
        return self.person.pk

    @property
    def name(self) -> str:
        return self.person.name

    @cached_property
    def components(self) -> dict[str, Component]:
        """skills, distance, availability, load."""
        words = {
            "skills": self._skill_words(),
            "distance": self._distance_words(),
            "availability": self._availability_words(),
            "load": self._load_words(),
        }
        return {
            part: Component(
                points=_points(getattr(self.shares, part), getattr(self.weights, part)),
                of=getattr(self.weights, part),
                words=text,
            )
            for part, text in words.items()
        }

    @cached_property
    def reason(self) -> str:
        """One line: when free, how far, how skilled."""
        parts = [self.components[part].words for part in ("availability", "distance", "skills")]
        return ", ".join(parts)

    def _skill_words(self) -> str:
        if self.needs.skills:
            words = ", ".join(
                _("%(skill)s %(level)s of 5")
                % {"skill": self.skill_names.get(skill, "?"), "level": self.person.skills[skill]}
                for skill in self.needs.skills
            )
        else:
            words = _("no special skill needed")
        if _lacks_language(self.person, self.needs):
            words += _(", does not speak %(language)s") % {"language": self.needs.language}
        return words

    def _distance_words(self) -> str:
        if not self.needs.onsite:
            return _("no drive, remote work")
        if self.distance_km is None:
            return _("distance unknown")
        return _("%(km)s km, about %(minutes)s min drive") % {
            "km": round(self.distance_km), "minutes": self.travel_minutes,
        }  # fmt: skip

    def _availability_words(self) -> str:
        words = _("free %(when)s") % {"when": when_words(self.earliest_at, self.needs.now)}
        if self.person.availability == Availability.BUSY:
            words += _(" (busy right now)")
        return words

    def _load_words(self) -> str:
        return _("%(jobs)s of %(capacity)s jobs a day") % {
            "jobs": self.jobs, "capacity": self.person.capacity,
        }  # fmt: skip


@dataclass
class Ranking:
    """Everybody, best first, and everybody who cannot, with the reason."""

    candidates: list[Candidate] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    def to_json(self) -> list[dict[str, Any]]:
        """Plain values for DispatchDecision.ranking; the first STORED of each side."""
        rows: list[dict[str, Any]] = [
            {
                "technician_id": one.technician_id,
                "name": one.name,
                "score": float(one.score),
                "reason": one.reason,
                "components": {
                    part: {"points": float(c.points), "of": c.of, "words": c.words}
                    for part, c in one.components.items()
                },
            }
            for one in self.candidates[:STORED]
        ]
        rows += [
            {
                "technician_id": one.technician_id,
                "name": one.name,
                "score": None,
                "components": {},
                "excluded": one.reason,
            }
            for one in self.excluded[:STORED]
        ]
        return rows


def rank(
    needs: JobNeeds,
    *,
    weights: Weights | None = None,
    load: Mapping[int, int] | None = None,
    last_given: Mapping[int, datetime] | None = None,
) -> Ranking:
    """Rank every technician for the job. At most six queries, however many people there are.

    load: technician id -> open jobs. last_given: when each last got a job; of equal scores the
    one who waited longest comes first.
    """
    people, skill_names = load_people(needs.skills)
    ranking = Ranking()
    able = []
    for person in people:
        reason = _refusal(person, needs, (load or {}).get(person.pk, 0), skill_names)
        if reason:
            ranking.excluded.append(Excluded(person.pk, person.name, reason))
        else:
            able.append(person)
    calendars, off_until = load_calendars([person.pk for person in able], needs.now)
    for person in able:
        found = _consider(
            person, calendars.get(person.pk), off_until.get(person.pk), needs,
            weights or Weights(), (load or {}).get(person.pk, 0), skill_names,
        )  # fmt: skip
        if isinstance(found, Excluded):
            ranking.excluded.append(found)
        else:
            ranking.candidates.append(found)
    _sort(ranking.candidates, last_given or {})
    return ranking


def road_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres by road between two places, estimated."""
    return straight_km(one, other) * ROAD_FACTOR


def straight_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def drive_minutes(km: float) -> int:
    """Minutes a drive of so many road kilometres takes, at least one."""
    return max(1, round(km / SPEED_KMH * 60))


def when_words(at: datetime, now: datetime) -> str:
    """A moment in the reader's zone: "today 13:30", "tomorrow 09:00", "Mon 23 Nov 09:00"."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = formats.date_format(local, "H:i")
    if local.date() == today:
        return _("today %(time)s") % {"time": clock}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock}
    return f"{formats.date_format(local, 'D j M')} {clock}"


def _refusal(person: Person, needs: JobNeeds, jobs: int, skill_names: Mapping[int, str]) -> str:
    """Why somebody cannot do the job whatever their calendar says; "" when they can."""
    if not person.is_active:
        return _("sign-in is switched off")
    if person.availability == Availability.OFF:
        return _("is set to off")
    for skill, least in needs.skills.items():
        level = person.skills.get(skill, 0)
        if level < least:
            words = {"skill": skill_names.get(skill, "?"), "least": least, "level": level}
            if level:
                return _("lacks %(skill)s at level %(least)s (has %(level)s)") % words
            return _("lacks %(skill)s at level %(least)s") % words
    if needs.onsite:
        reason = _area_refusal(person, needs)
        if reason:
            return reason
    if jobs >= person.capacity:
        return _("the day is full: %(jobs)s of %(capacity)s jobs") % {
            "jobs": jobs, "capacity": person.capacity,
        }  # fmt: skip
    return ""


def _area_refusal(person: Person, needs: JobNeeds) -> str:
    """Why somebody cannot go there. An unknown customer's place refuses nobody."""
    if not person.works_in_field:
        return _("does not visit customers")
    postcode = "".join(needs.postcode.split()).upper()
    if postcode and any(postcode.startswith(prefix) for prefix in person.postcodes):
        return ""
    if needs.place is None:
        only_postcodes = person.postcodes and person.radius_km is None
        return _outside(person) if only_postcodes and postcode else ""
    if person.home is None:
        return _("home is not on the map, so no visits") if not person.postcodes else (
            _outside(person)
        )  # fmt: skip
    if person.radius_km is not None:
        km = straight_km(person.home, needs.place)
        if km > person.radius_km:
            return _("outside the service area: %(km)s km away, goes up to %(radius)s km") % {
                "km": round(km), "radius": person.radius_km,
            }  # fmt: skip
        return ""
    return _outside(person) if person.postcodes else ""


def _outside(person: Person) -> str:
    return _("outside the service area: goes to %(places)s") % {
        "places": ", ".join(person.postcodes[:5]) or f"{person.radius_km} km"
    }


def _consider(
    person: Person,
    calendar: Calendar | None,
    off_until: datetime | None,
    needs: JobNeeds,
    weights: Weights,
    jobs: int,
    skill_names: Mapping[int, str],
) -> Candidate | Excluded:
    """Score somebody who has the skills and goes there, or say why the calendar refuses."""
    if calendar is None or not calendar.hours:
        return Excluded(person.pk, person.name, _("has no working hours"))
    if off_until is not None:
        words = {"until": when_words(off_until, needs.now)}
        return Excluded(person.pk, person.name, _("time off until %(until)s") % words)
    km = None
    if needs.onsite and needs.place and person.home:
        km = road_km(person.home, needs.place)
    travel = drive_minutes(km) if km is not None else None
    ready_at = needs.now + timedelta(minutes=travel or 0)
    earliest_at = next_free(calendar, needs.minutes, after=ready_at)
    if earliest_at is None:
        words = {"days": HORIZON_DAYS}
        return Excluded(person.pk, person.name, _("no free time in the next %(days)s days") % words)
    shares = Shares(
        skills=_skill_share(person, needs),
        distance=_distance_share(needs, km),
        availability=_wait_share(person, earliest_at - needs.now),
        load=1 - jobs / person.capacity,
    )
    return Candidate(
        person=person,
        needs=needs,
        weights=weights,
        shares=shares,
        score=_score(shares, weights),
        earliest_at=earliest_at,
        distance_km=km,
        travel_minutes=travel,
        jobs=jobs,
        skill_names=skill_names,
    )


def _skill_share(person: Person, needs: JobNeeds) -> float:
    share = 1.0
    if needs.skills:
        share = sum(
            _level_share(person.skills[skill], least) for skill, least in needs.skills.items()
        ) / len(needs.skills)
    return share * (LANGUAGE_SHARE if _lacks_language(person, needs) else 1)


def _level_share(level: int, least: int) -> float:
    if least >= TOP_LEVEL:
        return 1.0
    return LEAST_SKILL_SHARE + (1 - LEAST_SKILL_SHARE) * (level - least) / (TOP_LEVEL - least)


def _lacks_language(person: Person, needs: JobNeeds) -> bool:
    """Nobody said which languages they speak: no reason to doubt."""
    return bool(needs.language and person.languages and needs.language not in person.languages)


def _distance_share(needs: JobNeeds, km: float | None) -> float:
    if not needs.onsite:
        return 1.0
    return UNKNOWN_PLACE_SHARE if km is None else 0.5 ** (km / HALF_DISTANCE_KM)


def _wait_share(person: Person, wait: timedelta) -> float:
    share = 0.5 ** (max(wait.total_seconds(), 0) / 3600 / HALF_WAIT_HOURS)
    return share * (BUSY_SHARE if person.availability == Availability.BUSY else 1)


def _points(share: float, of: int) -> Decimal:
    """Points to one decimal."""
    return Decimal(round(share * of * 10)) / 10


def _score(shares: Shares, weights: Weights) -> Decimal:
    """The sum of the shown points, out of 100 whatever the weights add up to."""
    parts = [(shares.skills, weights.skills), (shares.distance, weights.distance),
             (shares.availability, weights.availability), (shares.load, weights.load)]  # fmt: skip
    total = weights.skills + weights.distance + weights.availability + weights.load
    points = sum((_points(share, of) for share, of in parts), Decimal(0))
    if total in (0, 100):
        return points
    return round(points * 100 / total, 1)


def _sort(candidates: list[Candidate], last_given: Mapping[int, datetime]) -> None:
    """Best first; of equals the one who waited longest for a job, then the older record."""

    def order(one: Candidate) -> Sequence[float]:
        given = last_given.get(one.technician_id)
        return (-one.score, given.timestamp() if given else 0.0, one.technician_id)  # type: ignore[return-value]

    candidates.sort(key=order)
