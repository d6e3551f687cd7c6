"""The desk at 10,000, 100,000 and 1,000,000 tickets, page by page, side by side.

    ./desk bench desk                    all three sizes; the databases are kept for the next run
    SIZES=10000,100000 ./desk bench desk
    FRESH=1 ./desk bench desk            load anew

Runs ../shared/tools/measure_http.py against gunicorn with the settings of production; "x_bare"
is the median divided by that of a constant view of the same server in the same run.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2

from benchmarks import Row
from benchmarks._desk_paths import FLOOR, by_customer, pages, searches, writes
from benchmarks._tickets import AGENT_PK, TOOLS_DIR, dataset, load
from benchmarks._words import words_of_data
from benchmarks.pages import free_port
from supportdesk import embedded

SIZES = [int(part) for part in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
REQUESTS = int(os.environ.get("REQUESTS", "30"))
CUSTOMER_PK = 101
VOCABULARY = "from tickets.actions.search import refresh_vocabulary as r; r()"
SKIP = os.environ.get("SKIP", "$^")
OUT = Path(__file__).resolve().parent / "out"
SERVER = [
    sys.executable, "-m", "gunicorn", "-w", "2", "-k", "sync", "--timeout", "120",
    "supportdesk.wsgi:application",
]  # fmt: skip


def url_of(name: str) -> str:
    """The embedded server's address for another database."""
    base = os.environ.get("DATABASE_URL", embedded.DATABASE_URL)
    head, _slash, query = base.partition("/desk?")
    return f"{head}/{name}?{query}" if query else f"{base.rpartition('/')[0]}/{name}"


def prepare(count: int) -> str:
    """Address of the database with so many tickets, made when it is not there whole.

    A kept one of an older day is brought up by the migrations, as a desk in use would be.
    """
    name = f"bench_desk_{count}"
    connection = psycopg2.connect(url_of("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                       " WHERE datname = %s", [name])  # fmt: skip
        found = cursor.fetchone()
        if found and found[0] and not os.environ.get("FRESH"):
            if _migrate(url_of(name)):
                _manage(url_of(name), "shell", "-c", VOCABULARY)
                print(f"bench: {name} was kept and migrated", file=sys.stderr, flush=True)
            return url_of(name)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        started = time.monotonic()
        _migrate(url_of(name))
        seconds = load(url_of(name), count)
        _manage(url_of(name), "shell", "-c", VOCABULARY)
        total = round(time.monotonic() - started)
        print(f"loaded {count:,} tickets in {total} s: {seconds}", file=sys.stderr, flush=True)
        words = f"loaded in {total} s: {seconds}"
        cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [words])
    connection.close()
    return url_of(name)


def _manage(url: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments, "-v", "0"],
                   env=os.environ | {"DATABASE_URL": url}, check=True)  # fmt: skip


def _migrate(url: str) -> bool:
    """Apply what is missing; returns whether anything was."""
    done = subprocess.run([sys.executable, "manage.py", "migrate", "--check", "-v", "0"],
                          env=os.environ | {"DATABASE_URL": url},
                          capture_output=True)  # fmt: skip
    if done.returncode == 0:
        return False
    _manage(url, "migrate")
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
    return True


def cookie(url: str, pk: int) -> str:
    """A session of this person; the customer who measures is made here."""
    code = (
        "from importlib import import_module; from django.conf import settings;"
        "from django.contrib.auth import *; from django.contrib.auth.models import Group;"
        "from accounts.models import User; from customers.models import Contact;"
        f"u, made = User.objects.get_or_create(pk={pk}, defaults={{'name': 'Bench Customer',"
        " 'email': 'bench-customer@desk.example'});"
        "made and u.groups.add(Group.objects.get(name='customer'));"
        "made and Contact.objects.filter(pk=1).update(user=u);"
        "s = import_module(settings.SESSION_ENGINE).SessionStore();"
        "s[SESSION_KEY] = str(u.pk); s[HASH_SESSION_KEY] = u.get_session_auth_hash();"
        "s[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]; s.save();"
        "print('COOKIE', settings.SESSION_COOKIE_NAME + '=' + s.session_key)"
    )
    done = subprocess.run([sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
                          env=os.environ | {"DATABASE_URL": url}, check=True,
                          capture_output=True, text=True)  # fmt: skip
    return done.stdout.split("COOKIE ")[1].strip()


@contextmanager
def serving(url: str) -> Iterator[str]:
    """gunicorn on a free port, as an address."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "benchmarks._settings",
    }
    server = subprocess.Popen([*SERVER, "-b", f"127.0.0.1:{port}"], env=environment,
                              stdin=subprocess.DEVNULL,
                              preexec_fn=embedded.die_with_parent)  # fmt: skip
    try:
        time.sleep(3)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def measure(count: int) -> list[dict[str, Any]]:
    url = prepare(count)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        words = words_of_data(cursor, count)
    with serving(url) as base:
        session = cookie(url, AGENT_PK)
        paths = [*pages(count, base, session), *searches(words), *writes(count)]
        agent = {"name": f"{count}", "base": base, "cookie": session, "floor": "bare",
                 "paths": paths}  # fmt: skip
        customer = agent | {"name": f"{count} customer", "cookie": cookie(url, CUSTOMER_PK),
                            "paths": [FLOOR, *by_customer()]}  # fmt: skip
        OUT.mkdir(exist_ok=True)
        plan_file, out_file = OUT / f"plan-{count}.json", OUT / f"desk-{count}.json"
        plan_file.write_text(json.dumps({"targets": [agent, customer]}))
        subprocess.run(
            [sys.executable, str(TOOLS_DIR / "measure_http.py"), str(plan_file), "--n",
             str(REQUESTS), "--seconds", "6", "--out", str(out_file), "--md", os.devnull,
             *(["--no-load"] if os.environ.get("NO_LOAD") else ["--skip", SKIP])],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    results: list[dict[str, Any]] = json.loads(out_file.read_text())["results"]
    for result in results:
        if result.get("errors"):
            print(f"bench: {count} {result['name']}: {result['errors']} wrong answers,"
                  f" {result.get('last_error', '')}", file=sys.stderr)  # fmt: skip
    return results


def run() -> list[Row]:
    dataset()  # says at once when it is missing
    django.setup()
    tables = {count: {r["name"]: r for r in measure(count)} for count in SIZES}
    rows: list[Row] = []
    for name in tables[SIZES[-1]]:
        row: Row = {"page": name}
        for count, results in tables.items():
            result, floor = results[name], results["bare"]["median_ms"]
            median, p95 = result["median_ms"], result["p95_ms"]
            row |= {
                f"{count}_ms": round(median, 1) if median else None,
                f"{count}_p95": round(p95, 1) if p95 else None,
                f"{count}_x_bare": round(median / floor, 1) if median else None,
                f"{count}_sql": int(result["queries"] or 0),
                f"{count}_rps": round((result["load"] or {}).get("rps", 0), 1),
            }
        rows.append(row)
    return rows
