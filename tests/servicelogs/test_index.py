"""The list of work."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from servicelogs import actions
from servicelogs.models import ServiceLog
from tests.factories.work import make_ticket

ClientOf = Callable[[User], Client]
URL = "/servicelogs/"


def test_it_shows_entries_and_the_sum(entry: ServiceLog, agent: User, client_of: ClientOf) -> None:
    page = client_of(agent).get(URL).content.decode()
    assert entry.ticket.reference in page
    assert "<b>25 min</b>" in page
    assert "&lt;b&gt;RK" in page


def test_filters_narrow_rows_and_sum(
    entry: ServiceLog, agent: User, alice: User, client_of: ClientOf
) -> None:
    actions.log_work(make_ticket(), kind="phone", done="Talked", minutes=10, actor=agent)
    client = client_of(agent)
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    assert "<b>35 min</b>" in client.get(URL).content.decode()
    for query, minutes in [
        ({"kind": "phone"}, "10 min"),
        ({"technician": alice.technician.pk}, "25 min"),
        ({"q": "roller kit"}, "25 min"),
        ({"q": entry.ticket.reference}, "25 min"),
    ]:
        assert f"<b>{minutes}</b>" in client.get(URL, query).content.decode(), query
    assert "Nothing matches" in client.get(URL, {"since": tomorrow}).content.decode()


def test_technicians_see_only_their_tickets(
    entry: ServiceLog, bob: User, client_of: ClientOf
) -> None:
    assert "No work was logged yet" in client_of(bob).get(URL).content.decode()


def test_csv(entry: ServiceLog, agent: User, client_of: ClientOf) -> None:
    answer = client_of(agent).get(URL, {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Fitted roller kit" in text
    assert entry.ticket.reference in text


def test_customers_find_nothing(carol: User, client_of: ClientOf) -> None:
    assert client_of(carol).get(URL).status_code == 404


def test_queries_do_not_grow(entry: ServiceLog, agent: User, client_of: ClientOf) -> None:
    client = client_of(agent)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for n in range(8):
        actions.log_work(
            entry.ticket, kind="visit", done=f"Work {n}", minutes=5, actor=agent, parts=[("X", 1)]
        )
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(few) == len(many)
