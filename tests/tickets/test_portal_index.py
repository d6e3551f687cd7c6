"""The customer's list of tickets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.work import make_device, make_ticket
from tickets import actions
from tickets.models import Status

pytestmark = pytest.mark.django_db
LIST = "/portal/tickets/"


def subjects(response):
    return {ticket.subject for ticket in response.context["rows"]}


def test_it_shows_the_customers_tickets_only(client_of, carol, acme, globex):
    make_ticket(acme, subject="Ours")
    make_ticket(globex, subject="Theirs")
    assert subjects(client_of(carol).get(LIST)) == {"Ours"}


def test_search_by_words_number_and_serial(client_of, carol, acme, device):
    jam = make_ticket(acme, subject="Paper jam", description="Stuck.", device=device)
    make_ticket(acme, subject="No network", description="No light.")
    client = client_of(carol)
    for words in ["jam", jam.reference, "klp420-7f3a -20871"[:10]]:
        assert subjects(client.get(LIST, {"q": words})) == {"Paper jam"}


def test_search_does_not_find_internal_notes(client_of, carol, acme, agent):
    ticket = make_ticket(acme)
    actions.add_note(ticket, "CANARY-NOTE", actor=agent)
    assert subjects(client_of(carol).get(LIST, {"q": "CANARY-NOTE"})) == set()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("reply", {Status.WAITING}),
        ("working", {Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD}),
        ("solved", {Status.RESOLVED}),
        ("closed", {Status.CLOSED}),
    ],
)
def test_filter_by_state(client_of, carol, acme, state, expected):
    for status in Status:
        make_ticket(acme, status=status)
    rows = client_of(carol).get(LIST, {"status": state}).context["rows"]
    assert {row.status for row in rows} == expected


def test_filter_by_device(client_of, carol, acme, device):
    make_ticket(acme, subject="With", device=device)
    make_ticket(acme, subject="Without")
    assert subjects(client_of(carol).get(LIST, {"device": device.pk})) == {"With"}


def test_another_customers_device_finds_nothing_and_is_not_named(
    client_of, carol, acme, globex, other_device
):
    make_ticket(acme)
    make_ticket(globex, device=other_device)
    response = client_of(carol).get(LIST, {"device": other_device.pk})
    assert response.status_code == 200
    assert other_device.serial not in response.content.decode()


def test_pages_and_csv(client_of, carol, acme):
    for _ in range(27):
        make_ticket(acme)
    client = client_of(carol)
    assert len(client.get(LIST).context["rows"]) == 25
    assert len(client.get(LIST, {"page": 2}).context["rows"]) == 2
    text = b"".join(client.get(LIST, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 28
    assert "Received" in text


def test_empty_states(client_of, carol):
    client = client_of(carol)
    assert "No tickets yet" in client.get(LIST).content.decode()
    assert "None of your tickets matches" in client.get(LIST, {"q": "zzz"}).content.decode()


def test_htmx_gets_the_rows_only(client_of, carol, acme):
    make_ticket(acme)
    page = client_of(carol).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "SD-" in page


@pytest.mark.parametrize(
    "query", ["q=%F0%9F%98%80", "device=x", "status=nope", "page=-1", "sort=a"]
)
def test_odd_queries_are_answered(client_of, carol, query):
    assert client_of(carol).get(f"{LIST}?{query}").status_code == 200


def test_the_number_of_queries_does_not_grow(client_of, carol, acme):
    client, counts = client_of(carol), []
    for _ in range(2):
        for _ in range(3):
            make_ticket(acme, device=make_device(acme))
        with CaptureQueriesContext(connection) as seen:
            client.get(LIST)
        counts.append(len(seen))
    assert counts[0] == counts[1]
