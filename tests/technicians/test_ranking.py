"""Ranking: every reason against, every part of the score, ties, and a constant query count."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from technicians.models import Skill, Technician
from technicians.ranking import (
    Candidate,
    Fact,
    JobNeeds,
    Ranking,
    Weights,
    drive_minutes,
    rank,
    road_km,
    straight_km,
)
from tests.factories.people import make_team, make_technician

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
OFFICE = (51.4585, -2.6105)  # about 1.6 km from where make_technician lives
pytestmark = pytest.mark.django_db


def needs(**fields: object) -> JobNeeds:
    defaults = {
        "skills": {}, "place": OFFICE, "postcode": "BS8 2LG", "onsite": True, "minutes": 45,
        "language": None, "priority": 3, "customer_id": 1, "device_id": None, "now": NOW,
    }  # fmt: skip
    return JobNeeds(**{**defaults, **fields})  # type: ignore[arg-type]


def printers(level: int) -> dict[int, int]:
    return {Skill.objects.get_or_create(name="Printers")[0].pk: level}


def reason_of(technician: Technician, ranking: Ranking) -> str:
    return next(e.reason for e in ranking.excluded if e.technician_id == technician.pk)


def only(ranking: Ranking) -> Candidate:
    assert len(ranking.candidates) == 1, ranking.excluded
    return ranking.candidates[0]


def test_inactive_people_are_named_with_the_reason() -> None:
    gone = make_technician()
    gone.user.is_active = False
    gone.user.save()
    assert reason_of(gone, rank(needs())) == "sign-in is switched off"


def test_off_excludes() -> None:
    assert reason_of(make_technician(availability="off"), rank(needs())) == "is set to off"


def test_time_off_now_excludes_and_says_until_when() -> None:
    ill = make_technician()
    ill.time_off.create(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(days=3))
    assert reason_of(ill, rank(needs())) == "time off until Thu 26 Nov 10:00"


def test_time_off_later_only_blocks_those_days() -> None:
    away = make_technician()
    away.time_off.create(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(days=3))
    assert only(rank(needs(minutes=90))).earliest_at == NOW + timedelta(days=3)


def test_no_working_hours_excludes() -> None:
    assert reason_of(make_technician(hours=False), rank(needs())) == "has no working hours"


def test_a_missing_skill_excludes_with_skill_and_level() -> None:
    novice, none = make_technician(skills={"Printers": 1}), make_technician()
    ranking = rank(needs(skills=printers(3)))
    assert reason_of(novice, ranking) == "lacks Printers at level 3 (has 1)"
    assert reason_of(none, ranking) == "lacks Printers at level 3"


def test_outside_the_radius_excludes_with_both_numbers() -> None:
    far = make_technician(home_latitude=52.4862, home_longitude=-1.8904, service_radius_km=50)
    assert reason_of(far, rank(needs())) == (
        "outside the service area: 124 km away, goes up to 50 km"
    )


def test_a_postcode_of_the_area_is_inside_whatever_the_radius() -> None:
    make_technician(service_radius_km=0, service_postcodes=["BS8"])
    assert rank(needs()).best


def test_other_postcodes_exclude() -> None:
    bath = make_technician(service_radius_km=None, service_postcodes=["BA1", "BA2"])
    assert reason_of(bath, rank(needs())) == "outside the service area: goes to BA1, BA2"
    assert reason_of(bath, rank(needs(place=None))).startswith("outside the service area")


def test_no_area_at_all_means_everywhere() -> None:
    make_technician(service_radius_km=None, home_latitude=55.95, home_longitude=-3.19)
    assert rank(needs()).best


def test_no_home_means_no_visits_but_remote_work() -> None:
    lost = make_technician(home_latitude=None, home_longitude=None)
    assert reason_of(lost, rank(needs())) == "home is not on the map, so no visits"
    assert only(rank(needs(onsite=False))).components["distance"].words == "no drive, remote work"


def test_desk_people_get_no_visits() -> None:
    desk = make_technician(works_in_field=False)
    assert reason_of(desk, rank(needs())) == "does not visit customers"
    assert rank(needs(onsite=False)).best


def test_a_full_day_excludes() -> None:
    busy = make_technician(daily_capacity=2)
    assert reason_of(busy, rank(needs(), load={busy.pk: 2})) == "the day is full: 2 of 2 jobs"


def test_a_capacity_of_nothing_excludes() -> None:
    assert "0 of 0" in reason_of(make_technician(daily_capacity=0), rank(needs()))


def test_no_free_time_excludes() -> None:
    full = make_technician()
    full.bookings.create(starts_at=NOW, ends_at=NOW + timedelta(days=20))
    assert reason_of(full, rank(needs())) == "no free time in the next 14 days"


def test_an_unknown_customer_place_excludes_nobody_and_gives_half() -> None:
    make_technician()
    distance = only(rank(needs(place=None))).components["distance"]
    assert (distance.points, distance.words) == (Decimal("12.5"), "distance unknown")


def test_components_add_up_to_the_score_and_speak() -> None:
    make_technician(skills={"Printers": 5}, daily_capacity=6)
    best = only(rank(needs(skills=printers(3))))
    assert sum(c.points for c in best.components.values()) == best.score
    assert best.components["skills"].points == 40
    assert best.components["skills"].words == "Printers 5 of 5"
    assert best.components["distance"].words == "2 km, about 3 min drive"
    assert best.components["availability"].words == "free today 10:15"
    assert best.components["load"].words == "0 of 6 jobs a day"
    assert best.reason == "free today 10:15, 2 km, about 3 min drive, Printers 5 of 5"


def test_travel_delays_the_earliest_start() -> None:
    make_technician(home_latitude=51.38, home_longitude=-2.36)  # Bath
    best = only(rank(needs()))
    assert best.travel_minutes is not None
    assert best.earliest_at >= NOW + timedelta(minutes=best.travel_minutes)


def test_a_booking_moves_the_earliest_start() -> None:
    taken = make_technician()
    taken.bookings.create(starts_at=NOW, ends_at=NOW + timedelta(hours=4))
    assert only(rank(needs())).earliest_at == NOW + timedelta(hours=4)


def test_a_cancelled_booking_does_not_count() -> None:
    free = make_technician()
    free.bookings.create(starts_at=NOW, ends_at=NOW + timedelta(hours=4), cancelled_at=NOW)
    assert only(rank(needs())).earliest_at < NOW + timedelta(hours=1)


def test_nearer_better_skilled_freer_and_less_loaded_come_first() -> None:
    for better, worse in [
        ({}, {"home_latitude": 51.75}),
        ({"skills": {"Printers": 5}}, {"skills": {"Printers": 3}}),
        ({}, {"availability": "busy"}),
        ({"daily_capacity": 20}, {"daily_capacity": 4}),
    ]:
        Technician.objects.all().delete()
        base = {"skills": {"Printers": 4}}
        one, other = make_technician(**{**base, **worse}), make_technician(**{**base, **better})
        ranking = rank(needs(skills=printers(2)), load={one.pk: 2, other.pk: 2})
        assert [c.technician_id for c in ranking.candidates] == [other.pk, one.pk], better


def test_busy_is_said_and_costs_points() -> None:
    make_technician(availability="busy")
    part = only(rank(needs())).components["availability"]
    assert part.words.endswith("(busy right now)")
    assert part.points < 13


def test_a_language_is_a_wish() -> None:
    make_technician("Speaks", languages=["de"])
    make_technician("Unknown")
    make_technician("Silent", languages=["en"])
    found = rank(needs(language="de-at")).candidates
    assert [one.name for one in found] == ["Speaks", "Unknown", "Silent"]
    assert [one.components["language"].words for one in found] == [
        "speaks German", "not known whether they speak German", "does not speak German",
    ]  # fmt: skip
    assert "speaks German" in found[0].reason


def test_a_language_that_is_demanded_excludes() -> None:
    make_technician("Speaks", languages=["de"])
    silent, unknown = make_technician(languages=["en"]), make_technician()
    ranking = rank(needs(language="de", language_required=True))
    assert only(ranking).name == "Speaks"
    assert reason_of(silent, ranking) == "does not speak German"
    assert reason_of(unknown, ranking) == "not known whether they speak German"


def test_the_team_of_the_job_is_preferred_and_not_demanded() -> None:
    other, member = make_technician(), make_technician()
    team = make_team("Printers", member.user)
    found = rank(needs(team_id=team.pk)).candidates
    assert [one.technician_id for one in found] == [member.pk, other.pk]
    assert found[0].components["team"].words == "in the team Printers"
    assert found[1].components["team"].words == "not in the team Printers"


def test_who_knows_the_customer_and_did_well_comes_first() -> None:
    stranger, friend, star = make_technician(), make_technician(), make_technician()
    found = rank(
        needs(
            familiar={friend.pk: Fact(1.0, "knows this printer")},
            results={star.pk: Fact(0.9, "9 of 10 stayed solved")},
        )
    ).candidates
    assert [one.technician_id for one in found] == [friend.pk, star.pk, stranger.pk]
    assert found[0].components["familiar"].words == "knows this printer"
    assert found[1].components["results"].words == "9 of 10 stayed solved"
    assert found[2].components["familiar"].words == "new to this customer"
    assert found[2].components["results"].words == "no job of this kind yet"


def test_the_points_of_all_parts_add_up_to_100_whatever_the_job_brings() -> None:
    full = needs(language="de", team_id=1, familiar={1: Fact(1, "")}, results={1: Fact(1, "")})
    for job in (needs(), needs(language="de"), needs(language="de", team_id=1), full):
        assert sum(Weights().points(job).values()) == 100
        assert sum(Weights(33, 33, 33, 0, 7, 3, 11, 13).points(job).values()) == 100
    assert Weights().points(needs()) == {
        "skills": 40, "distance": 25, "availability": 20, "load": 15,
    }  # fmt: skip
    assert set(Weights(0, 0, 0, 0).points(needs()).values()) == {0}


def test_equals_go_to_who_waited_longest() -> None:
    first, second, never = make_technician(), make_technician(), make_technician()
    given = {first.pk: NOW, second.pk: NOW - timedelta(days=1)}
    found = rank(needs(), last_given=given).candidates
    assert [c.technician_id for c in found] == [never.pk, second.pk, first.pk]


def test_weights_that_do_not_add_up_still_give_a_score_of_100() -> None:
    make_technician(home_latitude=OFFICE[0], home_longitude=OFFICE[1])
    best = only(rank(needs(), weights=Weights(skills=10, distance=10, availability=0, load=0)))
    assert best.score == 100


def test_json_is_plain_and_names_the_excluded() -> None:
    make_technician("Good", skills={"Printers": 4})
    make_technician("Bad")
    rows = json.loads(json.dumps(rank(needs(skills=printers(2))).to_json()))
    assert [row["name"] for row in rows] == ["Good", "Bad"]
    assert set(rows[0]["components"]) == {"skills", "distance", "availability", "load"}
    assert rows[1]["score"] is None
    assert rows[1]["excluded"] == "lacks Printers at level 2"


def test_nobody_at_all_is_an_empty_ranking() -> None:
    ranking = rank(needs())
    assert ranking.best is None
    assert ranking.to_json() == []


def test_the_number_of_queries_does_not_grow() -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rank(needs(skills=printers(2)))
        return len(queries)

    make_technician(skills={"Printers": 3})
    few = count()
    for _ in range(15):
        make_technician(skills={"Printers": 3})
    assert count() == few


def test_haversine_knows_bristol_to_london() -> None:
    km = straight_km((51.4545, -2.5879), (51.5074, -0.1278))
    assert 168 < km < 173
    assert road_km((51.4545, -2.5879), (51.5074, -0.1278)) == pytest.approx(km * 1.3)
    assert drive_minutes(20) == 30
    assert drive_minutes(0) == 1


def test_a_postcode_is_compared_without_spaces_and_case() -> None:
    make_technician(service_radius_km=1, service_postcodes=["BS82"], home_latitude=50.0)
    assert rank(replace(needs(), postcode="bs8 2lg")).best


def test_a_long_ranking_names_some_and_counts_the_others() -> None:
    for _ in range(25):
        make_technician(skills={"Printers": 3})
    for _ in range(35):
        make_technician(home_latitude=51.46)
    near = make_technician("Near By", home_latitude=OFFICE[0], home_longitude=OFFICE[1])
    ranking = rank(needs(skills=printers(2)))
    rows = json.loads(json.dumps(ranking.to_json()))
    assert (ranking.able, ranking.unable) == (25, 36)
    assert [len(ranking.candidates), len(ranking.excluded)] == [20, 30]
    assert ranking.excluded[0].technician_id == near.pk
    assert rows[-1]["name"] == "6 more"
    assert (rows[-1]["count"], rows[-1]["excluded"]) == (6, "lacks a needed skill")
    assert ranking.reasons() == [("lacks a needed skill", 36)]


def test_who_is_asked_for_is_named_however_far_down() -> None:
    for _ in range(3):
        make_technician()
    last = make_technician(availability="busy")
    out = make_technician(availability="off", home_latitude=None, home_longitude=None)
    ranking = rank(needs(), depth=1, also=[last.pk, out.pk])
    assert [c.technician_id for c in ranking.candidates][1:] == [last.pk]
    assert reason_of(out, ranking) == "is set to off"
