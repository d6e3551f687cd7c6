"""Why, in the reader's language: the parts of a score, and the reasons against somebody."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from technicians.models import Availability
from technicians.ranking.needs import JobNeeds
from technicians.ranking.places import straight_km
from technicians.ranking.score import Trip
from technicians.ranking.sieve import Verdict
from technicians.roster import Person
from technicians.slots import HORIZON_DAYS

MOST_PLACES = 5


@dataclass(frozen=True)
class Vocabulary:
    """What the words need besides the person: the job, and the names of its skills and team."""

    needs: JobNeeds
    skills: dict[int, str] = field(default_factory=dict)
    team: str = ""


def part_title(part: str) -> str:
    """The name of a part of the score."""
    return {
        "skills": _("Skills"), "distance": _("Distance"), "availability": _("Availability"),
        "load": _("Load"), "familiar": _("Knows them"), "results": _("Results"),
        "language": _("Language"), "team": _("Team"),
    }[part]  # fmt: skip


def part_words(part: str, person: Person, trip: Trip, jobs: int, known: Vocabulary) -> str:
    """One part of somebody's score in words."""
    needs = known.needs
    if part == "skills":
        return _skill_words(person, known)
    if part == "distance":
        return _distance_words(trip, needs)
    if part == "availability":
        words = _("free %(when)s") % {"when": when_words(trip.earliest_at, needs.now)}
        busy = person.availability == Availability.BUSY
        return words + (_(" (busy right now)") if busy else "")
    if part == "load":
        return _("%(jobs)s of %(capacity)s jobs a day") % {
            "jobs": jobs, "capacity": person.capacity,
        }  # fmt: skip
    if part == "language":
        return language_words(person, needs)
    if part == "team":
        words = _("in the team %(team)s") if person.in_team else _("not in the team %(team)s")
        return words % {"team": known.team}
    fact = (needs.familiar if part == "familiar" else needs.results).get(person.pk)
    if fact:
        return fact.words
    return _("new to this customer") if part == "familiar" else _("no job of this kind yet")


def refusal_words(verdict: Verdict, person: Person, jobs: int, known: Vocabulary) -> str:
    """Why somebody cannot do the job, with their own numbers."""
    needs = known.needs
    if verdict == Verdict.SKILL:
        return _lack_words(person, known)
    if verdict == Verdict.LANGUAGE:
        return language_words(person, needs)
    if verdict == Verdict.ELSEWHERE:
        return _("outside the service area: goes to %(places)s") % {
            "places": ", ".join(person.postcodes[:MOST_PLACES]) or f"{person.radius_km} km"
        }
    if verdict == Verdict.TOO_FAR:
        return _("outside the service area: %(km)s km away, goes up to %(radius)s km") % {
            "km": round(_straight(person, needs)), "radius": person.radius_km,
        }  # fmt: skip
    if verdict == Verdict.FULL:
        return _("the day is full: %(jobs)s of %(capacity)s jobs") % {
            "jobs": jobs, "capacity": person.capacity,
        }  # fmt: skip
    if verdict == Verdict.TIME_OFF and person.off_until:
        return _("time off until %(until)s") % {"until": when_words(person.off_until, needs.now)}
    return verdict_words(verdict)


def verdict_words(verdict: Verdict) -> str:
    """Why a number of people cannot do the job, without anybody's own numbers."""
    return {
        Verdict.INACTIVE: _("sign-in is switched off"),
        Verdict.OFF: _("is set to off"),
        Verdict.SKILL: _("lacks a needed skill"),
        Verdict.LANGUAGE: _("does not speak the language"),
        Verdict.NO_VISITS: _("does not visit customers"),
        Verdict.NO_HOME: _("home is not on the map, so no visits"),
        Verdict.ELSEWHERE: _("outside the service area"),
        Verdict.TOO_FAR: _("outside the service area"),
        Verdict.FULL: _("the day is full"),
        Verdict.NO_HOURS: _("has no working hours"),
        Verdict.TIME_OFF: _("has time off"),
        Verdict.NO_TIME: _("no free time in the next %(days)s days") % {"days": HORIZON_DAYS},
        Verdict.DECLINED: _("declined this ticket"),
    }[verdict]


def more_words(count: int) -> str:
    """Stands for people who are not named: "4,120 more"."""
    return ngettext("%(count)s more", "%(count)s more", count) % {
        "count": formats.number_format(count, force_grouping=True)
    }


def language_words(person: Person, needs: JobNeeds) -> str:
    """speaks German; does not speak German; or nobody entered what they speak."""
    name = {"language": language_name(needs.spoken)}
    if not person.languages:
        return _("not known whether they speak %(language)s") % name
    if needs.spoken in person.languages:
        return _("speaks %(language)s") % name
    return _("does not speak %(language)s") % name


def language_name(code: str) -> str:
    """German for "de"; a code nobody knows stands for itself."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def when_words(at: datetime, now: datetime) -> str:
    """A moment in the reader's zone: "today 13:30", "tomorrow 09:00", "Mon 23 Nov 09:00"."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = formats.date_format(local, "H:i")
    if local.date() == today:
        return _("today %(time)s") % {"time": clock}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock}
    return f"{formats.date_format(local, 'D j M')} {clock}"


def _straight(person: Person, needs: JobNeeds) -> float:
    return straight_km(person.home, needs.place) if person.home and needs.place else 0.0


def _skill_words(person: Person, known: Vocabulary) -> str:
    if not known.needs.skills:
        return _("no special skill needed")
    return ", ".join(
        _("%(skill)s %(level)s of 5")
        % {"skill": known.skills.get(skill, "?"), "level": person.skills[skill]}
        for skill in known.needs.skills
    )


def _lack_words(person: Person, known: Vocabulary) -> str:
    """The first skill that is missing or too low."""
    for skill, least in known.needs.skills.items():
        level = person.skills.get(skill, 0)
        if level < least:
            words = {"skill": known.skills.get(skill, "?"), "least": least, "level": level}
            if level:
                return _("lacks %(skill)s at level %(least)s (has %(level)s)") % words
            return _("lacks %(skill)s at level %(least)s") % words
    return verdict_words(Verdict.SKILL)


def _distance_words(trip: Trip, needs: JobNeeds) -> str:
    if not needs.onsite:
        return _("no drive, remote work")
    if trip.km is None:
        return _("distance unknown")
    return _("%(km)s km, about %(minutes)s min drive") % {
        "km": round(trip.km), "minutes": trip.minutes,
    }  # fmt: skip
