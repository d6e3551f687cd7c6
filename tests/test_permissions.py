"""Every url × every role: what each gets, as declared in access_table.py.

The walk takes all url patterns of the project; a pattern that is not in the table fails it, and
so does a row whose pattern is gone. Pages answer GET; doors that only take POST are posted to
with an empty form, which must change nothing and must never be a 500.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_table import ADMIN, TABLE
from tests.world import ROLES, World, make_world


def walk(patterns=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of every url; nameless ones under their route."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from walk(pattern.url_patterns, space)
        else:
            yield prefix + (pattern.name or str(pattern.pattern)), pattern


PATTERNS = dict(walk())
OURS = {name: pattern for name, pattern in PATTERNS.items() if not name.startswith("admin:")}
THE_ADMIN = {name: pattern for name, pattern in PATTERNS.items() if name.startswith("admin:")}

ADMIN_IS_OPEN = {"admin:login", "admin:logout", "admin:jsi18n"}


def test_every_url_is_in_the_table():
    missing = sorted(set(OURS) - set(TABLE))
    assert not missing, f"declare who may open these in tests/access_table.py: {missing}"


def test_every_row_is_a_url():
    gone = sorted(set(TABLE) - set(OURS))
    assert not gone, f"these urls do not exist any more: {gone}"


def status(client: Client, url: str) -> int:
    """Status of GET, or of an empty POST where GET is not allowed; the effect is rolled back."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.get(url)
        if answer.status_code == 405:
            answer = client.post(url)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_everybody_gets_what_the_table_says(world: World):
    """One world for all urls: each request is rolled back, so none disturbs the next."""
    wrong = []
    clients = {role: world.client(role) for role in ROLES}
    for name in sorted(set(OURS) & set(TABLE)):
        expected = dict(zip(ROLES, TABLE[name].split(), strict=True))
        url = world.url(name, OURS[name])
        for role in ROLES:
            found = str(status(clients[role], url))
            if found != expected[role]:
                wrong.append(f"{name} as {role}: {found}, not {expected[role]} ({url})")
    assert not wrong, "\n".join(wrong)


def admin_urls(world: World) -> Iterator[tuple[str, str]]:
    for name, pattern in THE_ADMIN.items():
        if "<path:object_id>" in str(pattern.pattern) or not pattern.name:
            url = reverse("admin:index")
            yield name, url
            continue
        kwargs = dict.fromkeys(pattern.pattern.converters, "1")
        kwargs |= (
            {"app_label": "tickets"} if "app_label" in pattern.pattern.regex.groupindex else {}
        )
        kwargs |= {"url": "x"} if "url" in pattern.pattern.regex.groupindex else {}
        yield name, reverse(name, kwargs=kwargs)


def test_the_administration_is_for_admins_only(world: World):
    # By url: pages of one object stand for the index, which need not be opened again for each.
    doors = {url: name for name, url in admin_urls(world) if name not in ADMIN_IS_OPEN}
    for role in ROLES:
        client = world.client(role)
        for url, name in doors.items():
            found = str(status(client, url))
            assert found in ADMIN[role], f"{name} as {role}: {found}"
