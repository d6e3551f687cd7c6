"""The list of technicians."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.factories.people import make_technician

ClientOf = Callable[[User], Client]
URL = "/technicians/"


def test_it_shows_everybody_with_skills_and_warns_without_hours(
    agent: User, alice: User, client_of: ClientOf
) -> None:
    make_technician("Zed Idle", hours=False)
    page = client_of(agent).get(URL).content.decode()
    assert "Alice Tech" in page
    assert "Printers 4" in page
    assert "No working hours" in page


def test_search_and_filters_narrow(
    agent: User, alice: User, bob: User, client_of: ClientOf
) -> None:
    client = client_of(agent)
    for query in ({"q": "printers"}, {"q": "alice tech"},
                  {"skills": alice.technician.skills.get().pk}):  # fmt: skip
        page = client.get(URL, query).content.decode()
        assert "Alice Tech" in page, query
        assert "Bob Tech" not in page, query


def test_those_without_hours_can_be_found(agent: User, alice: User, client_of: ClientOf) -> None:
    make_technician("Zed Idle", hours=False)
    page = client_of(agent).get(URL, {"without_hours": "on"}).content.decode()
    assert "Zed Idle" in page
    assert "Alice Tech" not in page


def test_csv_has_the_skills(agent: User, alice: User, client_of: ClientOf) -> None:
    answer = client_of(agent).get(URL, {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Alice Tech" in text
    assert "Printers 4" in text


def test_htmx_gets_only_the_rows(agent: User, alice: User, client_of: ClientOf) -> None:
    page = client_of(agent).get(URL, headers={"HX-Request": "true"}).content.decode()
    assert "Alice Tech" in page
    assert "<html" not in page


def test_only_managers_are_offered_a_new_one(
    agent: User, manager: User, client_of: ClientOf
) -> None:
    assert "/technicians/new/" not in client_of(agent).get(URL).content.decode()
    assert "/technicians/new/" in client_of(manager).get(URL).content.decode()


def test_customers_find_nothing(carol: User, client_of: ClientOf) -> None:
    assert client_of(carol).get(URL).status_code == 404


def test_queries_do_not_grow(agent: User, client_of: ClientOf) -> None:
    client = client_of(agent)
    make_technician(skills={"Printers": 1})
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(12):
        make_technician(skills={"Printers": 2})
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(few) == len(many)
