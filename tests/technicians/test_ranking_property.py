"""The fast ranking finds exactly what the plain one finds, in many worlds made by chance."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from unittest.mock import patch

import pytest

from accounts.models import Team, User
from technicians.models import (
    Booking,
    Skill,
    Technician,
    TechnicianSkill,
    TimeOff,
    WorkingHours,
)
from technicians.ranking import Fact, JobNeeds, Weights, rank
from technicians.ranking.sieve import sift
from technicians.roster import load_calendars
from tests.technicians.plain_ranking import plain_rank

pytestmark = pytest.mark.django_db
PEOPLE = 60
ZONES = ["Europe/London", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]
SHIFTS = [[(540, 1020)], [(540, 720), (780, 1080)], [(0, 1440)], [(1260, 1440)], [(0, 90)]]
# A Monday morning, a Friday night, and hours around which the clocks of London and New York change.
MOMENTS = [
    datetime(2026, 11, 23, 10, 3, 17, tzinfo=UTC), datetime(2026, 11, 27, 22, 50, tzinfo=UTC),
    datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2027, 3, 27, 20, 15, tzinfo=UTC),
    datetime(2026, 11, 1, 3, 0, 1, tzinfo=UTC), datetime(2027, 3, 14, 4, 59, 59, 999, tzinfo=UTC),
]  # fmt: skip


class World:
    """Sixty people with skills, areas, hours, work and absences by chance, and a job."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = MOMENTS[seed % len(MOMENTS)]
        self.skills = [Skill.objects.create(name=f"Skill {seed} {n}") for n in range(2)]
        self.team = Team.objects.create(name=f"Team {seed}")
        self.people = self._people(seed)
        self._calendars()
        TechnicianSkill.objects.bulk_create(
            TechnicianSkill(technician=one, skill=skill, level=self.random.randint(1, 5))
            for one in self.people
            for skill in self.skills
            if self.random.random() < 0.9
        )
        self.load = {one.pk: self.random.randint(0, 5) for one in self.people if self.maybe(0.5)}
        self.given = {
            one.pk: self.now - timedelta(days=self.random.randint(0, 3))
            for one in self.people
            if self.maybe(0.7)
        }

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _people(self, seed: int) -> list[Technician]:
        pick = self.random.choice
        users = User.objects.bulk_create(
            User(email=f"w{seed}-{n}@world.test", name=f"W{n}", is_active=self.maybe(0.95))
            for n in range(PEOPLE)
        )
        self.team.members.set([user for user in users if self.maybe(0.2)])
        people = []
        for user in users:
            # Few places, so that scores are often equal and the ties are tested too.
            lat, lon = pick([(51.5, -2.6), (51.45, -2.5), (51.9, -2.1), (52.5, -1.9), (None, None)])
            people.append(
                Technician(
                    user=user,
                    home_latitude=lat,
                    home_longitude=lon,
                    time_zone=pick(ZONES),
                    availability=pick(["available", "available", "busy", "off"]),
                    service_radius_km=pick([None, None, 30, 150]),
                    service_postcodes=pick([[], [], ["BS8"], ["BA1", "GL"]]),
                    works_in_field=self.maybe(0.9),
                    daily_capacity=pick([0, 4, 6, 6]),
                    languages=pick([[], ["en"], ["de", "en"]]),
                )
            )  # fmt: skip
        return Technician.objects.bulk_create(people)

    def _calendars(self) -> None:
        soon = [self.now + timedelta(hours=hours) for hours in range(-30, 90, 3)]
        for one in self.people:
            shifts = self.random.choice(SHIFTS)
            days = self.random.sample(range(7), self.random.randint(0, 6))
            WorkingHours.objects.bulk_create(
                WorkingHours(technician=one, weekday=day, starts_minutes=begin, ends_minutes=end)
                for day in days
                for begin, end in shifts
            )
            Booking.objects.bulk_create(
                Booking(
                    technician=one, starts_at=at, ends_at=at + timedelta(hours=3),
                    cancelled_at=at if self.maybe(0.1) else None,
                )
                for at in self.random.sample(soon, self.random.randint(0, 20))
            )  # fmt: skip
            if self.maybe(0.15):
                starts = self.random.choice(soon)
                length = timedelta(days=self.random.choice([1, 3, 30]))
                TimeOff.objects.create(technician=one, starts_at=starts, ends_at=starts + length)

    def job(self) -> JobNeeds:
        pick = self.random.choice
        facts = [
            {one.pk: Fact(self.random.random(), "") for one in self.people if self.maybe(0.2)}
            for _ in range(2)
        ]
        return JobNeeds(
            skills={one.pk: self.random.randint(1, 5) for one in self.skills if self.maybe(0.6)},
            place=pick([(51.4585, -2.6105), (51.9, -2.1), None]), postcode=pick(["BS8 2LG", ""]),
            onsite=self.maybe(0.6), minutes=pick([15, 45, 300]), priority=3, customer_id=1,
            device_id=None, now=self.now, language=pick([None, "de", "en"]),
            language_required=self.maybe(0.2), team_id=pick([None, self.team.pk]),
            familiar=pick([{}, facts[0]]), results=pick([{}, facts[1]]),
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_fast_ranking_is_the_plain_one(seed: int) -> None:
    world = World(seed)
    for _ in range(3):
        needs = world.job()
        weights = world.random.choice([Weights(), Weights(5, 5, 85, 5), Weights(0, 60, 40, 0)])
        best, refused = plain_rank(needs, weights, world.load, world.given)
        facts = {"weights": weights, "load": world.load, "last_given": world.given}
        with patch("technicians.ranking.search.FIRST_LOOK", 2):
            fast = rank(needs, depth=5, **facts)
        assert [(c.technician_id, float(c.score)) for c in fast.candidates] == best[:5]
        everybody = rank(needs, depth=None, **facts)
        assert [(c.technician_id, float(c.score)) for c in everybody.candidates] == best
        assert {e.technician_id: e.verdict for e in everybody.excluded} == refused
        assert everybody.counts == Counter(refused.values())
        assert all(one.reason for one in everybody.excluded)
        # No bound is below what somebody really reaches, or a winner could be missed one day.
        sifted = sift(needs, weights.points(needs), world.load, limit=None)
        bounds = dict(zip(sifted.able, sifted.bounds, strict=True))
        assert [pk for pk, score in best if score > bounds[pk]] == []


def test_few_calendars_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The point of the bounds: most people are never looked at, and the winner is the same."""
    world = World(101)
    Technician.objects.update(availability="available", daily_capacity=9)
    Booking.objects.all().delete()
    needs = replace(world.job(), onsite=True, place=(51.5, -2.6), skills={}, postcode="")
    looked: list[int] = []

    def counting(zones: dict[int, str], now: datetime) -> object:
        looked.extend(zones)
        return load_calendars(zones, now)

    monkeypatch.setattr("technicians.ranking.search.load_calendars", counting)
    monkeypatch.setattr("technicians.ranking.search.FIRST_LOOK", 4)
    fast = rank(needs, depth=1)
    few = len(looked)
    assert fast.best
    assert few < fast.able
    assert rank(needs, depth=None).best == fast.best
