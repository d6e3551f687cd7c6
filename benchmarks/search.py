"""Searching, at N tickets: what a person waits for, and how many statements it takes.

    ./desk bench search              100,000 tickets; the database of `bench desk` is used again
    SIZE=1000000 ./desk bench search

In process, without HTTP and templates: figures are of tickets.search and tickets.similar. "x_bare"
is the median as a multiple of `SELECT 1` on the same connection.
"""

import os
import statistics
import time
from collections.abc import Callable

import django
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import Row
from benchmarks._tickets import AGENT_PK, dataset
from benchmarks._words import words_of_data
from benchmarks.desk import prepare

SIZE = int(os.environ.get("SIZE", "100000"))
TIMES = int(os.environ.get("TIMES", "30"))


def measured(name: str, words: str, run: Callable[[], object]) -> Row:
    for _ in range(2):
        run()
    with CaptureQueriesContext(connection) as captured:
        run()
    spent = []
    for _ in range(TIMES):
        started = time.perf_counter()
        run()
        spent.append((time.perf_counter() - started) * 1000)
    return {
        "search": name,
        "words": words[:40],
        "median_ms": round(statistics.median(spent), 1),
        "p95_ms": round(sorted(spent)[int(len(spent) * 0.95)], 1),
        "sql": len(captured),
    }


def bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def run() -> list[Row]:
    dataset()  # says at once when it is missing
    django.setup()
    prepare(SIZE)
    connection.close()
    connection.settings_dict["NAME"] = f"bench_desk_{SIZE}"
    from accounts.models import User
    from tickets.models import Ticket
    from tickets.search import search
    from tickets.similar import Problem, similar

    agent = User.objects.get(pk=AGENT_PK)
    technician = User.objects.filter(groups__name="technician").order_by("pk")[0]
    rows = [measured("bare", "", bare)]
    with connection.cursor() as cursor:
        words_for = words_of_data(cursor, SIZE)
    for name, words in words_for.items():
        rows.append(measured(name, words, lambda words=words: search(words, agent)))
    common = words_for["common"]
    rows.append(measured("technician, common", common, lambda: search(common, technician)))
    ticket = Ticket.objects.get(pk=SIZE // 2)
    problem = Problem(ticket.subject, ticket.description, but=ticket.pk)
    rows.append(measured("similar", ticket.subject, lambda: similar(problem, agent)))
    rows.append(
        measured("queue q=", common,
                 lambda: list(Ticket.objects.search(common, reader=agent).order_by("-pk")[:26]))
    )  # fmt: skip
    floor = float(rows[0]["median_ms"] or 0.1) or 0.1
    return [row | {"x_bare": round(float(row["median_ms"] or 0) / floor)} for row in rows]
