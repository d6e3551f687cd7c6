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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2

from benchmarks import Row
from benchmarks._tickets import AGENT_PK, TOOLS_DIR, dataset, load, long_thread_pk
from benchmarks.pages import free_port
from supportdesk import embedded

SIZES = [int(part) for part in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
REQUESTS = int(os.environ.get("REQUESTS", "30"))
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
    """Address of the database with so many tickets, made when it is not there whole."""
    name = f"bench_desk_{count}"
    connection = psycopg2.connect(url_of("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                       " WHERE datname = %s", [name])  # fmt: skip
        found = cursor.fetchone()
        if found and found[0] == _state() and not os.environ.get("FRESH"):
            return url_of(name)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        started = time.monotonic()
        environment = os.environ | {"DATABASE_URL": url_of(name)}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"],
                       env=environment, check=True)  # fmt: skip
        seconds = load(url_of(name), count)
        vocabulary = "from tickets.actions.search import refresh_vocabulary as r; r()"
        subprocess.run([sys.executable, "manage.py", "shell", "-v", "0", "-c", vocabulary],
                       env=environment, check=True)  # fmt: skip
        total = round(time.monotonic() - started)
        print(f"loaded {count:,} tickets in {total} s: {seconds}", file=sys.stderr, flush=True)
        cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [_state()])
    connection.close()
    return url_of(name)


def _state() -> str:
    """What a kept database must have been made with: the last migrations."""
    from django.db.migrations.loader import MigrationLoader

    leaves = MigrationLoader(None).graph.leaf_nodes()
    return " ".join(f"{app}.{name}" for app, name in sorted(leaves))


def cookie(url: str) -> str:
    """A session of the agent who measures."""
    code = (
        "from importlib import import_module; from django.conf import settings;"
        "from accounts.models import User; from django.contrib.auth import *;"
        f"u = User.objects.get(pk={AGENT_PK});"
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


def deep(url: str, path: str, page: int, headers: str) -> str:
    """Address of the 100th page of a list, by following "next" as a person would."""
    import http.client
    import re
    from urllib.parse import urlsplit

    parts, here = urlsplit(url), path
    for _ in range(page - 1):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.request("GET", here, headers={"Cookie": headers, "Host": parts.netloc})
        found = re.search(r'rel="next" href="([^"]+)"', connection.getresponse().read().decode())
        connection.close()
        if not found:
            break
        here = found[1].replace("&amp;", "&")
    return here


def paths(count: int, url: str, session: str) -> list[dict[str, Any]]:
    """What is measured."""
    from tickets.queue import VIEWS

    found: list[dict[str, Any]] = [{"name": "bare", "path": "/__floor/", "anon": True}]
    for slug in VIEWS:
        path = f"/tickets/view/{slug}/"
        found.append({"name": f"view {slug}", "path": path})
        found.append({"name": f"view {slug} p100", "path": deep(url, path, 100, session)})
    three = "/tickets/view/all/?status=closed&priority=1&category=3"
    found += [
        {"name": "filter of three", "path": three},
        {"name": "filter of three p100", "path": deep(url, three, 100, session)},
        {"name": "counts of views", "path": "/tickets/counts/"},
        {"name": "ticket", "path": f"/tickets/{{id:1-{count - 20}}}/"},
        {"name": "ticket of 200 entries", "path": f"/tickets/{long_thread_pk(count)}/"},
    ]
    return found


def measure(count: int) -> list[dict[str, Any]]:
    url = prepare(count)
    with serving(url) as base:
        session = cookie(url)
        plan = {"targets": [{"name": f"{count}", "base": base, "cookie": session,
                             "floor": "bare", "paths": paths(count, base, session)}]}  # fmt: skip
        OUT.mkdir(exist_ok=True)
        plan_file, out_file = OUT / f"plan-{count}.json", OUT / f"desk-{count}.json"
        plan_file.write_text(json.dumps(plan))
        subprocess.run(
            [sys.executable, str(TOOLS_DIR / "measure_http.py"), str(plan_file), "--n",
             str(REQUESTS), "--seconds", "6", "--out", str(out_file), "--md", os.devnull,
             *(["--no-load"] if os.environ.get("NO_LOAD") else ["--skip", "p100"])],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    results: list[dict[str, Any]] = json.loads(out_file.read_text())["results"]
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
