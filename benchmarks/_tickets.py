"""A database of N tickets with messages, made by ../shared/tools/dataset.py and kept between runs.

Rows go in by COPY from two processes, without triggers and secondary indexes, which are made
again at the end; then ANALYZE. What is in it is deterministic: see that file.
"""

import importlib.util
import io
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg2

TOOLS_DIR = Path(
    os.environ.get("TOOLS_DIR", Path(__file__).resolve().parents[2] / "shared" / "tools")
)
CHUNK = 5_000
PROCESSES = 2
LONG_THREAD = 200  # entries of one ticket
AGENT_EMAIL = "bench@desk.example"
AGENT_PK = 100
STATUS = {
    "new": "open", "open": "in_progress", "pending": "waiting", "solved": "resolved",
    "closed": "closed",
}  # fmt: skip
PRIORITY = {"urgent": 1, "high": 2, "normal": 3, "low": 4}
LIVE = {"open", "in_progress", "waiting"}
Line = tuple[Any, ...]


def dataset() -> ModuleType:
    """The generator, which does not belong to this project."""
    path = TOOLS_DIR / "dataset.py"
    if not path.is_file():
        sys.exit(f"bench: no {path} (set TOOLS_DIR to the folder with dataset.py)")
    spec = importlib.util.spec_from_file_location("dataset", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def long_thread_pk(count: int) -> int:
    """The ticket that has LONG_THREAD messages."""
    return count - 10


def as_text(value: Any) -> str:
    """A value as COPY's text format wants it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def copy(cursor: Any, table: str, columns: str, lines: Iterable[Line]) -> None:
    """COPY lines into a table. columns: "a, b, c"."""
    text = "".join("\t".join(map(as_text, line)) + "\n" for line in lines)
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text))


TICKET = (
    "id, version, created_at, updated_at, channel, subject, description, priority, status, "
    "resolution, opened_at, touched_at, resolved_at, closed_at, last_customer_at, last_staff_at, "
    "source_url, category_id, team_id, customer_id, requester_id, technician_id, "
    "wakes_open, due_at, due_kind"
)
MESSAGE = "ticket_id, kind, author_id, author_name, is_from_customer, body, created_at"
EVENT = "name, subject_type, subject_id, actor_name, payload, occurred_at, dispatched_at, actor_id"


def customer_of(row: dict[str, Any]) -> int:
    """The number in the address: dataset.py numbers its customers there."""
    digits = "".join(c for c in row["customer_email"].partition("@")[0] if c.isdigit())
    return int(digits) + 1


def ticket_line(row: dict[str, Any], channel: str) -> Line:
    status, created, updated = STATUS[row["status"]], row["created"], row["updated"]
    is_done = status in {"resolved", "closed"}
    # Waiting for the customer pauses the promise.
    due = created + timedelta(hours=8 * PRIORITY[row["priority"]])
    promised = (due, "resolution") if status in LIVE - {"waiting"} else (None, "")
    customer = customer_of(row)
    staff = [f["created"] for f in row["followups"] if f["author"] == "agent"]
    words = [f["created"] for f in row["followups"] if f["author"] == "customer"]
    return (
        row["id"], 1, created, updated, channel, row["title"], row["body"],
        PRIORITY[row["priority"]], status, "Done: " + row["title"] if is_done else "", created,
        None if row["status"] == "new" else created + timedelta(minutes=5),
        updated if is_done else None, updated if status == "closed" else None,
        max(words, default=None), max(staff, default=None), "", row["queue"], row["queue"],
        customer, customer, row["assigned"], False, *promised,
    )  # fmt: skip


def message_lines(row: dict[str, Any]) -> Iterator[Line]:
    for part in row["followups"]:
        by_agent = part["author"] == "agent"
        kind = "reply" if part["public"] else "note"
        author = part["agent"] if by_agent else None
        name = f"Agent {author}" if by_agent else row["customer_name"]
        yield (row["id"], kind, author, name, not by_agent, part["body"], part["created"])


def event_lines(row: dict[str, Any]) -> Iterator[Line]:
    at, who = row["created"], row["customer_name"]
    yield ("ticket.opened", "tickets.ticket", row["id"], who, "{}", at, at, None)
    if STATUS[row["status"]] == "closed":
        end = row["updated"]
        payload = '{"by_customer": false, "why": ""}'
        yield ("ticket.closed", "tickets.ticket", row["id"], "", payload, end, end, None)


def load_part(url: str, count: int, start: int, stop: int) -> int:
    """Tickets start..stop with messages and events; returns stop."""
    made = dataset()
    channels = ("portal", "email", "phone")
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        rows = list(made.tickets(count, start, stop))
        for row in rows:
            if row["id"] == long_thread_pk(count):
                row["followups"] = made.ticket(row["id"], count, LONG_THREAD)["followups"]
        lines = (ticket_line(row, channels[row["id"] % 3]) for row in rows)
        copy(cursor, "tickets_ticket", TICKET, lines)
        copy(cursor, "tickets_message", MESSAGE, (m for row in rows for m in message_lines(row)))
        copy(cursor, "core_eventrecord", EVENT, (e for row in rows for e in event_lines(row)))
    return stop


def index_part(url: str, start: int, stop: int) -> int:
    """The words of tickets start..stop, which the triggers would have written; returns stop."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            "INSERT INTO tickets_searchtext (ticket_id, public, staff)"
            " SELECT id, '', '' FROM tickets_ticket WHERE id BETWEEN %s AND %s", [start, stop],
        )  # fmt: skip
        cursor.execute("SELECT ticket_search_rebuild(array_agg(id)) FROM tickets_ticket"
                       " WHERE id BETWEEN %s AND %s", [start, stop])  # fmt: skip
    return stop


def load_people(cursor: Any, made: ModuleType, count: int) -> None:
    """Fifty technicians, the agent who measures, twenty categories with teams, the customers."""
    now = made.END
    people = [(a["id"], a["email"], f"{a['first_name']} {a['last_name']}") for a in made.agents()]
    copy(
        cursor, "accounts_user",
        "id, password, email, name, phone, locale, time_zone, theme, single_keys, is_active, "
        "is_staff, is_superuser, date_joined, sessions_version",
        ((pk, "!", mail, name, "", "en-gb", "Europe/London", "auto", True, True, False, False,
          now, 0) for pk, mail, name in [*people, (AGENT_PK, AGENT_EMAIL, "Bench Agent")]),
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT %s, id FROM auth_group"
        " WHERE name = 'agent'", [AGENT_PK],
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT u.id, g.id FROM"
        " accounts_user u, auth_group g WHERE g.name = 'technician' AND u.id < %s", [AGENT_PK],
    )  # fmt: skip
    copy(
        cursor, "technicians_technician",
        "id, version, created_at, updated_at, languages, service_postcodes, works_in_field, "
        "is_dispatched, time_zone, availability, daily_capacity, user_id",
        ((pk, 1, now, now, "{}", "{}", False, True, "Europe/London", "available", 8, pk)
         for pk, _mail, _name in people),
    )  # fmt: skip
    queues = made.queues()
    copy(cursor, "accounts_team", "id, name", ((q["id"], q["name"]) for q in queues))
    copy(
        cursor, "tickets_category",
        "id, name, team_id, is_onsite, expected_minutes, auto_assign, is_active",
        ((q["id"], q["name"], q["id"], False, 45, False, True) for q in queues),
    )  # fmt: skip
    customers = [(n + 1, *made._customer(n)) for n in range(max(200, count // 5))]
    copy(
        cursor, "customers_customer",
        "id, version, created_at, updated_at, kind, name, email, phone, street, postcode, city, "
        "region, country, notes",
        ((pk, 1, now, now, "person", name, mail, "", "", "", "", "", "GB", "")
         for pk, mail, name in customers),
    )  # fmt: skip
    copy(
        cursor, "customers_contact",
        "id, version, created_at, updated_at, name, email, phone, job_title, is_primary, "
        "customer_id",
        ((pk, 1, now, now, name, mail, "", "", True, pk) for pk, mail, name in customers),
    )  # fmt: skip


def _secondary_indexes(cursor: Any) -> list[tuple[str, str]]:
    """(name, definition) of the indexes of the big tables that hold no constraint."""
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename IN"
        " ('tickets_ticket', 'tickets_message', 'tickets_searchtext', 'core_eventrecord',"
        " 'customers_customer', 'customers_contact') AND NOT EXISTS"
        " (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)"
    )
    return list(cursor.fetchall())


def in_parts(work: Callable[..., int], parts: list[tuple[Any, ...]]) -> None:
    """Each part in a process of its own, with a line of progress now and then."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        jobs = [pool.submit(work, *part) for part in parts]
        for number, job in enumerate(jobs, 1):
            stop = job.result()
            if number % 20 == 0:
                print(f"  {work.__name__}: {stop:,} tickets", file=sys.stderr, flush=True)


def load(url: str, count: int) -> dict[str, float]:
    """Fill a migrated, empty database; returns the seconds each step took."""
    made, seconds, start = dataset(), {}, time.monotonic()

    def step(name: str) -> None:
        nonlocal start
        seconds[name] = round(time.monotonic() - start, 1)
        start = time.monotonic()

    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        indexes = _secondary_indexes(cursor)
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        load_people(cursor, made, count)
    step("people")
    parts = [(n, min(n + CHUNK - 1, count)) for n in range(1, count + 1, CHUNK)]
    in_parts(load_part, [(url, count, *part) for part in parts])
    step("rows")
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE INDEX load_messages ON tickets_message (ticket_id, id)")
    in_parts(index_part, [(url, *part) for part in parts])
    step("words")
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("DROP INDEX load_messages")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table in ("tickets_ticket", "tickets_message", "core_eventrecord",
                      "customers_customer", "customers_contact", "accounts_user",
                      "technicians_technician", "accounts_team", "tickets_category"):  # fmt: skip
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                f"GREATEST((SELECT max(id) FROM {table}), 1))"
            )
    step("indexes")
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    step("analyze")
    return seconds
