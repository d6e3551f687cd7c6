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
from benchmarks.desk import prepare

SIZE = int(os.environ.get("SIZE", "100000"))
TIMES = int(os.environ.get("TIMES", "30"))


def words_of_data() -> dict[str, str]:
    """A common, a middling and a rare word of the vocabulary, a phrase and a typing error."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM tickets_searchword WHERE length(word) > 5"
                       " ORDER BY tickets DESC, word LIMIT 3")  # fmt: skip
        common = [word for (word,) in cursor.fetchall()]
        found = {"common": common[0]}
        for name, share in (("middling", 0.02), ("rare", 0.001)):
            cursor.execute("SELECT word FROM tickets_searchword WHERE length(word) > 5"
                           " ORDER BY abs(tickets - 20000 * %s), word LIMIT 1",
                           [share])  # fmt: skip
            found[name] = cursor.fetchone()[0]
        cursor.execute("SELECT subject FROM tickets_ticket WHERE id = %s", [SIZE // 2])
        subject = cursor.fetchone()[0].split()
    word = found["middling"]
    typo = word[:2] + word[3] + word[2] + word[4:]
    return found | {
        "two common": " ".join(common[:2]),
        "phrase": f'"{" ".join(subject[:2])}"',
        "prefix": common[0][:4],
        "without": f"{common[0]} -{common[1]}",
        "typing error": typo,
        "number": str(SIZE // 2),
        "reference": f"SD-{SIZE // 2:06d}",
        "filter": f"{common[0]} status:open priority:high",
        "phone": "0117 496 0142",
        "nothing": "xqzvwk",
    }


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
    for name, words in words_of_data().items():
        rows.append(measured(name, words, lambda words=words: search(words, agent)))
    common = words_of_data()["common"]
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
