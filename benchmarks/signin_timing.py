"""Whether the time of an answer tells who has an account (ATTACKS A04): medians per door.

200 known, 200 unknown and 20 known without a usable password, mixed, through the real stack of
middleware and views. An answer is some password hashes, which take half a second each and swing
with the machine, and the rest. So the hashes are counted, made cheap, and the rest is timed: equal
counts cost equal time. REAL=1 keeps the real hasher (KNOWN=40 then, or wait a quarter of an hour).
Rows are rolled back; limits on attempts are cleared between requests, as they would hide what is
measured.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from benchmarks import Row

KNOWN = int(os.environ.get("KNOWN", "200"))
UNUSABLE = 20
CHEAP = 1000  # rounds of the hash


class CountedHasher(PBKDF2PasswordHasher):
    """The project's own hasher, counted; with fewer rounds unless REAL is set."""

    iterations = PBKDF2PasswordHasher.iterations if os.environ.get("REAL") else CHEAP
    calls = 0

    def encode(self, *args: Any, **kwargs: Any) -> str:
        CountedHasher.calls += 1
        encoded: str = super().encode(*args, **kwargs)
        return encoded


def addresses() -> dict[str, list[str]]:
    """The three groups, those with an account being made."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import User

    password = make_password("Only-once-2026")
    made = [User(email=f"k{n}@bench.invalid", name="K", password=password) for n in range(KNOWN)]
    made += [
        User(email=f"n{n}@bench.invalid", name="N", password=make_password(None))
        for n in range(UNUSABLE)
    ]
    User.objects.bulk_create(made)
    return {
        "known": [user.email for user in made[:KNOWN]],
        "unknown": [f"u{n}@bench.invalid" for n in range(KNOWN)],
        "unusable": [user.email for user in made[KNOWN:]],
    }


def doors() -> dict[str, tuple[str, Callable[[str], dict[str, str]]]]:
    """Door -> (address, what is typed for an e-mail address)."""
    from django.urls import reverse

    return {
        "sign in": (
            reverse("account_login"),
            lambda mail: {"login": mail, "password": "Wrong-one-2026"},
        ),
        "reset": (reverse("account_reset_password"), lambda mail: {"email": mail}),
        "sign up": (
            reverse("account_signup"),
            lambda mail: {
                "email": mail, "name": "Ann", "password1": "Fresh-Bark-2026",
                "password2": "Fresh-Bark-2026",
            },
        ),
    }  # fmt: skip


def measure(url: str, typed: Callable[[str], dict[str, str]], groups: dict[str, list[str]]) -> Any:
    """Milliseconds of every answer per group, by the clock and of the processor; the set of
    (status, target) seen per group; and how many hashes an answer took."""
    from django.core.cache import cache
    from django.db import transaction
    from django.test import Client

    jobs = [(group, mail) for group, mails in groups.items() for mail in mails]
    random.Random(4).shuffle(jobs)
    waits: dict[str, list[float]] = {group: [] for group in groups}
    cpu: dict[str, list[float]] = {group: [] for group in groups}
    hashes: set[int] = set()
    answers: dict[str, set[tuple[int, str]]] = {group: set() for group in groups}
    for group, mail in jobs:
        cache.clear()
        client = Client(SERVER_NAME="localhost", REMOTE_ADDR="127.0.0.9")
        point = transaction.savepoint()
        hashed = CountedHasher.calls
        start, busy = time.perf_counter(), time.process_time()
        answer = client.post(url, typed(mail))
        cpu[group].append((time.process_time() - busy) * 1000)
        waits[group].append((time.perf_counter() - start) * 1000)
        transaction.savepoint_rollback(point)
        hashes.add(CountedHasher.calls - hashed)
        answers[group].add((answer.status_code, answer.get("Location", "")))
    return waits, cpu, answers, hashes


def run() -> list[Row]:
    import django

    django.setup()
    from django.db import transaction
    from django.test.utils import override_settings

    rows: list[Row] = []
    with (
        transaction.atomic(),
        override_settings(
            AXES_ENABLED=False, PASSWORD_HASHERS=["benchmarks.signin_timing.CountedHasher"]
        ),
    ):
        groups = addresses()
        for door, (url, typed) in doors().items():
            waits, cpu, answers, hashes = measure(url, typed, groups)
            busy = [statistics.median(values) for values in cpu.values()]
            medians = {group: statistics.median(values) for group, values in waits.items()}
            low, high = min(medians.values()), max(medians.values())
            rows.append(
                {
                    "door": door,
                    "hashes": " or ".join(map(str, sorted(hashes))),
                    **{f"{group}_ms": round(value, 1) for group, value in medians.items()},
                    "apart_ms": round(high - low, 1),
                    "apart_percent": round((high - low) / low * 100, 1),
                    "cpu_apart_ms": round(max(busy) - min(busy), 1),
                    "cpu_apart_percent": round((max(busy) - min(busy)) / min(busy) * 100, 1),
                    "same_answers": "yes"
                    if len(set(map(frozenset, answers.values()))) == 1
                    else "no",
                }
            )
        transaction.set_rollback(True)
    return rows
