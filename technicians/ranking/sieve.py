"""One statement over everybody: who is out and why, and how good each of the others can be at best.

PostgreSQL does this for ten thousand people in the time Python needs to make objects of a few
hundred. Only the first free time is left to Python, for the few who can still win: the statement
takes the next moment they work and no bookings, so that its points are never too low.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from technicians.models import Technician
from technicians.ranking import score
from technicians.ranking.needs import JobNeeds, Weights
from technicians.ranking.places import EARTH_KM, ROAD_FACTOR, SPEED_KMH

# What rounding each part to a tenth can add to a sum, with room for the last bits of a float.
ROUNDING = 0.05
WEEK_MINUTES = 7 * 1440


class Verdict(StrEnum):
    """Why somebody is out. The first one that holds counts, in this order."""

    INACTIVE = "inactive"
    OFF = "off"
    SKILL = "skill"
    LANGUAGE = "language"
    NO_VISITS = "no_visits"
    NO_HOME = "no_home"
    ELSEWHERE = "elsewhere"
    TOO_FAR = "too_far"
    FULL = "full"
    NO_HOURS = "no_hours"
    TIME_OFF = "time_off"
    NO_TIME = "no_time"  # found in Python, when no slot is free
    DECLINED = "declined"  # said by the caller: Ranking.pass_over


@dataclass(frozen=True)
class Sifted:
    """able: ids, best bound first. bounds: the most points each can reach, in the same order.

    out: (id, verdict), the nearest first, cut at the limit. counts: everybody who is out.
    """

    able: list[int]
    bounds: list[float]
    out: list[tuple[int, Verdict]]
    counts: Counter[Verdict]


SQL = """
WITH held AS (
    SELECT s.technician_id,
        count(*) FILTER (WHERE s.level >= n.least) AS met,
        avg(CASE WHEN n.least >= %(top)s THEN 1 ELSE %(least_share)s::float8
            + (1 - %(least_share)s::float8) * (s.level - n.least) / (%(top)s - n.least) END)
            AS share
    FROM technicians_technicianskill s
    JOIN unnest(%(skills)s::bigint[], %(leasts)s::int[]) AS n(skill_id, least) USING (skill_id)
    GROUP BY s.technician_id
), person AS NOT MATERIALIZED (
    SELECT t.id, t.user_id, t.time_zone, t.languages, t.availability, t.daily_capacity,
        t.works_in_field, t.service_postcodes, t.service_radius_km, t.home_latitude,
        u.is_active, coalesce(w.jobs, 0) AS jobs, coalesce(held.met, 0) AS met,
        CASE WHEN %(skill_count)s = 0 THEN 1 ELSE held.share END AS skill_share,
        -- Asked first: least() of nothing and 1 is 1, half around the world.
        CASE WHEN %(onsite)s AND (%(lat)s::float8 + home_latitude) IS NOT NULL
            THEN 2 * %(earth)s::float8 * asin(least(1, sqrt(
            sin(radians(%(lat)s::float8 - home_latitude) / 2) ^ 2
            + cos(radians(home_latitude)) * cos(radians(%(lat)s::float8))
            * sin(radians(%(lon)s::float8 - home_longitude) / 2) ^ 2))) END AS km
    FROM technicians_technician t
    JOIN accounts_user u ON u.id = t.user_id
    LEFT JOIN held ON held.technician_id = t.id
    LEFT JOIN unnest(%(loaded)s::bigint[], %(jobs)s::int[]) AS w(id, jobs) ON w.id = t.id
    WHERE t.is_dispatched
    OFFSET 0 -- or the distance would be worked out at each place that names it
), judged AS MATERIALIZED (
    SELECT id, user_id, time_zone, languages, availability, daily_capacity, jobs, skill_share, km,
    CASE
        WHEN NOT is_active THEN 'inactive'
        WHEN availability = 'off' THEN 'off'
        WHEN met < %(skill_count)s THEN 'skill'
        WHEN %(must_speak)s AND NOT %(spoken)s = ANY(languages) THEN 'language'
        WHEN NOT %(onsite)s THEN NULL
        WHEN NOT works_in_field THEN 'no_visits'
        WHEN %(code)s <> '' AND EXISTS (
            SELECT FROM unnest(service_postcodes) AS prefix WHERE starts_with(%(code)s, prefix)
        ) THEN NULL
        -- A customer nobody could find on the map is refused by postcode only.
        WHEN %(lat)s::float8 IS NULL THEN CASE WHEN %(code)s <> '' AND service_postcodes <> '{}'
            AND service_radius_km IS NULL THEN 'elsewhere' END
        WHEN home_latitude IS NULL THEN
            CASE WHEN service_postcodes = '{}' THEN 'no_home' ELSE 'elsewhere' END
        WHEN km > service_radius_km THEN 'too_far'
        WHEN service_radius_km IS NULL AND service_postcodes <> '{}' THEN 'elsewhere'
    END AS refusal FROM person
), fit AS MATERIALIZED (
    SELECT p.*, (
        -- Minutes until the next stretch of work; one that began already opens at once.
        SELECT min(greatest(0, h.weekday * 1440 + h.starts_minutes - z.minute
            + CASE WHEN h.weekday * 1440 + h.ends_minutes <= z.minute THEN %(week)s ELSE 0 END))
            - z.slack
        FROM technicians_workinghours h
        WHERE h.technician_id = p.id
    ) AS opens
    FROM judged p
    LEFT JOIN unnest(%(zones)s::text[], %(minutes)s::float8[], %(slacks)s::float8[])
        AS z(name, minute, slack) ON z.name = p.time_zone
    WHERE p.refusal IS NULL AND p.jobs < p.daily_capacity
), able AS MATERIALIZED (
    SELECT f.id, f.km,
        CASE WHEN opens IS NULL THEN 'no_hours' WHEN EXISTS (
            SELECT FROM technicians_timeoff o WHERE o.technician_id = f.id
            AND o.starts_at <= %(now)s AND o.ends_at > %(now)s) THEN 'time_off' END AS refusal,
        %(of_skills)s * skill_share
        + %(of_distance)s * CASE WHEN NOT %(onsite)s THEN 1
            ELSE coalesce(0.5::float8 ^ (km * %(road)s / %(half_km)s), %(unknown)s::float8) END
        -- The drive is a minute short, for it is rounded to whole minutes elsewhere.
        + %(of_availability)s * 0.5::float8 ^ (greatest(0, opens,
            coalesce(km * %(road)s / %(speed)s * 60 - 1, 0)) / 60 / %(half_hours)s)
            * CASE WHEN availability = 'busy' THEN %(busy)s::float8 ELSE 1 END
        + %(of_load)s * (1 - jobs::float8 / daily_capacity)
        + %(of_familiar)s * coalesce(familiar.share, 0)
        + %(of_results)s * coalesce(results.share, %(unknown)s::float8)
        + %(of_language)s * CASE WHEN languages = '{}' THEN %(unknown)s::float8
            WHEN %(spoken)s = ANY(languages) THEN 1 ELSE 0 END
        + %(of_team)s * (EXISTS (SELECT FROM accounts_team_members m
            WHERE m.user_id = f.user_id AND m.team_id = %(team)s))::int AS bound
    FROM fit f
    LEFT JOIN unnest(%(familiar)s::bigint[], %(familiar_shares)s::float8[])
        AS familiar(id, share) ON familiar.id = f.id
    LEFT JOIN unnest(%(results)s::bigint[], %(result_shares)s::float8[])
        AS results(id, share) ON results.id = f.id
), refused AS MATERIALIZED (
    SELECT id, km, coalesce(refusal, 'full') AS refusal
    FROM judged WHERE refusal IS NOT NULL OR jobs >= daily_capacity
    UNION ALL SELECT id, km, refusal FROM able WHERE refusal IS NOT NULL
), nearest AS (
    (SELECT * FROM refused ORDER BY km, id LIMIT %(limit)s)
    UNION SELECT * FROM refused WHERE id = ANY(%(also)s)
)
SELECT
    (SELECT array_agg(id ORDER BY bound DESC, id) FROM able WHERE refusal IS NULL),
    (SELECT array_agg(bound ORDER BY bound DESC, id) FROM able WHERE refusal IS NULL),
    (SELECT array_agg(id ORDER BY km, id) FROM nearest),
    (SELECT array_agg(refusal ORDER BY km, id) FROM nearest),
    (SELECT jsonb_object_agg(refusal, n)
        FROM (SELECT refusal, count(*) AS n FROM refused GROUP BY refusal) AS counted)
"""


def sift(
    needs: JobNeeds,
    points: Mapping[str, int],
    load: Mapping[int, int],
    *,
    limit: int | None,
    also: Sequence[int] = (),
) -> Sifted:
    """Judge everybody by what needs no calendar. Two queries, whatever their number.

    points: what each part can give. load: technician id -> open jobs. limit: of those who are
    out, so many are named; None names all.
    also: ids that are named in any case.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SQL, {**_parameters(needs, points, load), "limit": limit, "also": list(also)}
        )
        able, bounds, out, verdicts, counts = cursor.fetchone()
    margin = ROUNDING * len(points) + 1e-6
    return Sifted(
        able=able or [],
        bounds=[bound + margin for bound in bounds or []],
        out=[(pk, Verdict(v)) for pk, v in zip(out or [], verdicts or [], strict=True)],
        counts=Counter({Verdict(v): n for v, n in json.loads(counts or "{}").items()}),
    )


def _parameters(
    needs: JobNeeds, points: Mapping[str, int], load: Mapping[int, int]
) -> dict[str, Any]:
    lat, lon = needs.place or (None, None)
    zones = {
        name: _minute_and_slack(name, needs.now)
        for name in Technician.objects.order_by().values_list("time_zone", flat=True).distinct()
    }
    return {
        **{f"of_{part.name}": points.get(part.name, 0) for part in fields(Weights)},
        "skills": list(needs.skills), "leasts": list(needs.skills.values()),
        "skill_count": len(needs.skills), "onsite": needs.onsite, "lat": lat, "lon": lon,
        "code": needs.area_code, "spoken": needs.spoken, "now": needs.now, "team": needs.team_id,
        "must_speak": bool(needs.language_required and needs.spoken),
        "loaded": list(load), "jobs": list(load.values()),
        "familiar": list(needs.familiar),
        "familiar_shares": [fact.share for fact in needs.familiar.values()],
        "results": list(needs.results),
        "result_shares": [fact.share for fact in needs.results.values()],
        "zones": list(zones), "minutes": [minute for minute, _slack in zones.values()],
        "slacks": [slack for _minute, slack in zones.values()], "week": WEEK_MINUTES,
        "earth": EARTH_KM, "road": ROAD_FACTOR, "speed": SPEED_KMH, "top": score.TOP_LEVEL,
        "least_share": score.LEAST_SKILL_SHARE, "half_km": score.HALF_DISTANCE_KM,
        "half_hours": score.HALF_WAIT_HOURS, "busy": score.BUSY_SHARE,
        "unknown": score.UNKNOWN_SHARE,
    }  # fmt: skip


def _minute_and_slack(zone: str, now: datetime) -> tuple[float, float]:
    """(minutes since Monday 00:00 on the clocks there, how many of them a change can cost).

    Where the clocks change within the week to come, the minutes of the wall are not those that
    pass: what opens later may open sooner by the change.
    """
    here = ZoneInfo(zone)
    local, later = now.astimezone(here), (now + timedelta(days=8)).astimezone(here)
    minute = local.weekday() * 1440 + local.hour * 60 + local.minute + local.second / 60
    change = (later.utcoffset() or timedelta()) - (local.utcoffset() or timedelta())
    return minute + local.microsecond / 6e7, abs(change.total_seconds()) / 60
