"""Ranking for one visit, with 100, 1,000 and 10,000 technicians: SQL and Python together.

Rows are made inside a transaction that is rolled back, so the data of the checkout stays.
"""

import statistics
import time
from datetime import timedelta
from random import Random
from typing import Any

from benchmarks import Row

SIZES = (100, 1_000, 10_000)
ROUNDS = 5


def fill(count: int, skill: Any, seed: int) -> None:
    """So many technicians around Bristol: hours on five days, skills, some bookings, time off."""
    from django.utils import timezone

    from accounts.models import User
    from technicians.models import Booking, Technician, TechnicianSkill, TimeOff, WorkingHours

    random, now = Random(seed), timezone.now()
    users = User.objects.bulk_create(
        [User(email=f"bench{seed}-{n}@bench.invalid", name=f"Bench {n}") for n in range(count)],
        batch_size=1000,
    )
    people = Technician.objects.bulk_create(
        [
            Technician(
                user=user,
                home_latitude=51.45 + random.uniform(-1, 1),
                home_longitude=-2.59 + random.uniform(-1, 1),
                service_radius_km=random.choice([20, 40, 80, None]),
                availability=random.choice(["available", "available", "busy", "off"]),
            )
            for user in users
        ],
        batch_size=1000,
    )
    TechnicianSkill.objects.bulk_create(
        [
            TechnicianSkill(technician=one, skill=skill, level=random.randint(1, 5))
            for one in people
            if random.random() < 0.6
        ],
        batch_size=1000,
    )
    WorkingHours.objects.bulk_create(
        [
            WorkingHours(technician=one, weekday=day, starts_minutes=540, ends_minutes=1020)
            for one in people
            for day in range(5)
        ],
        batch_size=2000,
    )
    Booking.objects.bulk_create(
        [
            Booking(
                technician=one,
                starts_at=now + timedelta(hours=hours),
                ends_at=now + timedelta(hours=hours + 1),
            )
            for one in people
            for hours in range(1, 10, 4)
        ],
        batch_size=2000,
    )
    TimeOff.objects.bulk_create(
        TimeOff(technician=one, starts_at=now, ends_at=now + timedelta(days=3))
        for one in people
        if random.random() < 0.05
    )


def measure(count: int, seed: int) -> Row:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from technicians.models import Skill, Technician
    from technicians.ranking import JobNeeds, rank

    with transaction.atomic():
        Technician.objects.all().delete()
        skill = Skill.objects.create(name=f"Bench skill {seed}")
        fill(count, skill, seed)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        needs = JobNeeds(
            skills={skill.pk: 2}, place=(51.4585, -2.6105), postcode="BS8 2LG", onsite=True,
            minutes=45, language=None, priority=3, customer_id=1, device_id=None,
            now=timezone.now(),
        )  # fmt: skip
        waits, sql = [], []
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as queries:
                start = time.perf_counter()
                ranking = rank(needs)
                ranking.to_json()  # with the words, as a decision keeps them
                waits.append((time.perf_counter() - start) * 1000)
            sql.append(sum(float(query["time"]) for query in queries) * 1000)
        transaction.set_rollback(True)
    return {
        "technicians": count,
        "able": ranking.able,
        "unable": ranking.unable,
        "queries": len(queries),
        "median_ms": round(statistics.median(waits), 1),
        "best_ms": round(min(waits), 1),
        "of_it_sql_ms": round(statistics.median(sql), 1),
    }


def run() -> list[Row]:
    import django

    django.setup()
    return [measure(count, seed) for seed, count in enumerate(SIZES)]
