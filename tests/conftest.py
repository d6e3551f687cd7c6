"""The cast every test shares, and a client per person.

alice is a technician, bob another one; carol is a contact at Acme, dave one at Globex.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from hypothesis import settings as fuzzing

from accounts.models import User
from accounts.roles import Role
from customers.models import Customer
from devices.models import Device
from tests.factories.people import (
    make_customer,
    make_portal_user,
    make_technician,
    make_user,
)
from tests.factories.work import make_category, make_device
from tickets.models import Category

# The same examples each time, so that nobody's change fails by luck; FUZZ=1 looks for new ones.
fuzzing.register_profile("desk", derandomize=not os.environ.get("FUZZ"))
fuzzing.load_profile("desk")

# Playwright's sync API keeps a loop in the main thread; Django would refuse to run there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CASES_DIR = Path(
    os.environ.get("CASES_DIR", Path(__file__).resolve().parents[1].parent / "shared" / "data")
)


def _rows_of_migrations() -> list[str]:
    """Copy what the migrations put into the tables to a schema of its own; returns the tables."""
    kept = []
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS seed CASCADE; CREATE SCHEMA seed")
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE seed."{table}" AS TABLE "{table}"')
                kept.append(table)
    return kept


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Groups, rules and settings outlive the flush after a test with real transactions.

    Django runs such tests last; spread over workers by file they come in between.
    """
    with django_db_blocker.unblock():
        tables = _rows_of_migrations()
    flush = TransactionTestCase._fixture_teardown

    def flush_and_restore(case: TransactionTestCase) -> None:
        case.available_apps = []  # no post_migrate: it would make some of the rows anew
        flush(case)
        case.available_apps = None
        # Foreign keys are deferred: within one transaction the order does not matter.
        with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'INSERT INTO "{table}" SELECT * FROM seed."{table}"')

    TransactionTestCase._fixture_teardown = flush_and_restore


@pytest.fixture
def cases_dir() -> Path:
    """Folder of real cases written by others; skips, saying so, where it is absent."""
    if not CASES_DIR.is_dir():
        pytest.skip(f"no case files in {CASES_DIR} (set CASES_DIR)")
    return CASES_DIR


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Hide the loop an earlier browser test of this process left running in the main thread.

    Code that waits for Channels (`async_to_sync`) refuses to run inside a loop. The fixtures of
    the test must not see it either: with a loop, Django has another database connection.
    """
    if item.get_closest_marker("browser"):
        return (yield)
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)


# Files of a minute and more. The second mostly waits, so the browser of the first has room.
LONGEST = [
    "tests/browser/test_every_page.py",
    "tests/faults/test_faults.py",
    "tests/browser/test_main_job.py",
    "tests/tickets/test_import_tickets.py",
    "tests/test_permissions.py",
    "tests/browser/test_ui.py",
    "tests/browser/test_desk.py",
    "tests/browser/test_accounts.py",
    "tests/browser/test_composer.py",
    "tests/browser/test_search.py",
    "tests/test_queries.py",
    "tests/security/test_portal_tickets.py",
    "tests/demo/test_load_demo.py",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: workers that take file after file then end together."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::")[0], len(rank)))


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> None:
    """Rate limits live in the cache: every test starts with none used."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that takes the broker away leaves it silent for no other."""
    monkeypatch.setattr("core.events._silent_until", 0.0)


@pytest.fixture
def nobody_here(db: None) -> Iterator[None]:
    """Real Redis, empty of people before and after."""
    from tickets import presence

    redis = presence._client()

    def forget() -> None:
        for key in redis.scan_iter(presence._key(0).replace("writing", "*")):
            redis.delete(key)

    forget()
    yield
    forget()


@pytest.fixture
def admin(db: None) -> User:
    return make_user(Role.ADMIN, name="Ada Admin", email="ada@desk.test")


@pytest.fixture
def manager(db: None) -> User:
    return make_user(Role.MANAGER, name="Mia Manager", email="mia@desk.test")


@pytest.fixture
def agent(db: None) -> User:
    return make_user(Role.AGENT, name="Erin Agent", email="erin@desk.test")


@pytest.fixture
def sam(db: None) -> User:
    return make_user(Role.SALES, name="Sam Sales", email="sam@desk.test")


@pytest.fixture
def alice(db: None) -> User:
    user = make_user(
        Role.TECHNICIAN, name="Alice Tech", email="alice@desk.test", phone="+447700900101"
    )
    make_technician(user=user, skills={"Printers": 4})
    return user


@pytest.fixture
def bob(db: None) -> User:
    user = make_user(Role.TECHNICIAN, name="Bob Tech", email="bob@desk.test")
    make_technician(user=user, skills={"Networks": 3})
    return user


@pytest.fixture
def acme(db: None) -> Customer:
    return make_customer("Acme Dental", email="office@acme.test")


@pytest.fixture
def globex(db: None) -> Customer:
    return make_customer("Globex Hotels", email="office@globex.test")


@pytest.fixture
def carol(acme: Customer) -> User:
    return make_portal_user(acme, name="Carol Contact", email="carol@acme.test")


@pytest.fixture
def dave(globex: Customer) -> User:
    return make_portal_user(globex, name="Dave Elsewhere", email="dave@globex.test")


@pytest.fixture
def device(acme: Customer) -> Device:
    return make_device(acme, serial="KLP420-7F3A-20871")


@pytest.fixture
def other_device(globex: Customer) -> Device:
    return make_device(globex, serial="GLX-1")


@pytest.fixture
def category(db: None) -> Category:
    return make_category("Printing", skills={"Printers": 2})


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser's stand-in signed in as somebody."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.backends.Backend")
        return client

    return sign_in
