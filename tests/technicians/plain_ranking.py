"""The ranking as plainly as it can be said: everybody, one by one, every calendar.

Slow, and the measure of the fast one: tests/technicians/test_ranking_property.py.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from technicians.models import Technician
from technicians.ranking import JobNeeds, Verdict, Weights, drive_minutes, road_km, straight_km
from technicians.slots import Calendar, next_free


def plain_rank(
    needs: JobNeeds, weights: Weights, load: Mapping[int, int], given: Mapping[int, datetime]
) -> tuple[list[tuple[int, float]], dict[int, Verdict]]:
    """([(id, score), best first], id -> why not)."""
    points, found, refused = weights.points(needs), [], {}
    for one in Technician.objects.select_related("user"):
        jobs = load.get(one.pk, 0)
        verdict = refusal(one, jobs, needs)
        if verdict:
            refused[one.pk] = verdict
            continue
        km = None
        if needs.onsite and needs.place and one.home:
            km = road_km(one.home, needs.place)
        drive = timedelta(minutes=0 if km is None else drive_minutes(km))
        start = next_free(calendar_of(one), needs.minutes, after=needs.now + drive)
        if start is None:
            refused[one.pk] = Verdict.NO_TIME
            continue
        shares = {
            "skills": skills(one, needs),
            "distance": 1 if not needs.onsite else 0.5 if km is None else 0.5 ** (km / 40),
            "availability": 0.5 ** ((start - needs.now).total_seconds() / 3600 / 8)
            * (0.6 if one.availability == "busy" else 1),
            "load": 1 - jobs / one.daily_capacity,
            "familiar": needs.familiar[one.pk].share if one.pk in needs.familiar else 0,
            "results": needs.results[one.pk].share if one.pk in needs.results else 0.5,
            "language": float(needs.spoken in one.languages) if one.languages else 0.5,
            "team": float(one.user.teams.filter(pk=needs.team_id).exists()),
        }
        tenths = sum(round(shares[part] * of * 10) for part, of in points.items())
        found.append((one.pk, tenths))
    found.sort(key=lambda row: (-row[1], given[row[0]].timestamp() if row[0] in given else 0, row))
    return [(pk, tenths / 10) for pk, tenths in found], refused


def refusal(one: Technician, jobs: int, needs: JobNeeds) -> Verdict | None:
    """Everything but the free time."""
    levels = dict(one.skill_levels.values_list("skill_id", "level"))
    if not one.user.is_active:
        return Verdict.INACTIVE
    if one.availability == "off":
        return Verdict.OFF
    if any(levels.get(skill, 0) < least for skill, least in needs.skills.items()):
        return Verdict.SKILL
    if needs.language_required and needs.spoken and needs.spoken not in one.languages:
        return Verdict.LANGUAGE
    if needs.onsite and (outside := area_refusal(one, needs)):
        return outside
    if jobs >= one.daily_capacity:
        return Verdict.FULL
    if not one.working_hours.exists():
        return Verdict.NO_HOURS
    if one.time_off.filter(starts_at__lte=needs.now, ends_at__gt=needs.now).exists():
        return Verdict.TIME_OFF
    return None


def area_refusal(one: Technician, needs: JobNeeds) -> Verdict | None:
    """An unknown customer's place refuses nobody but those who go by postcode alone."""
    codes, radius = one.service_postcodes, one.service_radius_km
    if not one.works_in_field:
        return Verdict.NO_VISITS
    if needs.area_code and any(needs.area_code.startswith(code) for code in codes):
        return None
    if needs.place is None:
        return Verdict.ELSEWHERE if codes and radius is None and needs.area_code else None
    if one.home is None:
        return Verdict.ELSEWHERE if codes else Verdict.NO_HOME
    if radius is not None:
        return Verdict.TOO_FAR if straight_km(one.home, needs.place) > radius else None
    return Verdict.ELSEWHERE if codes else None


def calendar_of(one: Technician) -> Calendar:
    """Hours, bookings and time off of one person."""
    calendar = Calendar(one.time_zone)
    for row in one.working_hours.order_by("starts_minutes"):
        calendar.hours.setdefault(row.weekday, []).append((row.starts_minutes, row.ends_minutes))
    calendar.taken.extend(one.time_off.values_list("starts_at", "ends_at"))
    calendar.taken.extend(
        one.bookings.filter(cancelled_at=None).values_list("starts_at", "ends_at")
    )
    return calendar


def skills(one: Technician, needs: JobNeeds) -> float:
    """The mean over the needed skills: 0.7 for just enough, 1 for an expert."""
    levels = dict(one.skill_levels.values_list("skill_id", "level"))
    shares = [
        1.0 if least == 5 else 0.7 + 0.3 * (levels[skill] - least) / (5 - least)
        for skill, least in needs.skills.items()
    ]
    return sum(shares) / len(shares) if shares else 1.0
