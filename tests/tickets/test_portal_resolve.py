"""It is fixed, says the customer."""

import pytest

from core.models import EventRecord
from tests.factories.work import make_ticket
from tickets.models import Status

pytestmark = pytest.mark.django_db


def url(ticket):
    return f"/portal/tickets/{ticket.pk}/fixed/"


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.CLOSED])
def test_any_open_or_resolved_ticket_is_closed_for_good(client_of, carol, acme, status):
    ticket = make_ticket(acme, status=status)
    response = client_of(carol).post(url(ticket), {"words": ""})
    ticket.refresh_from_db()
    assert response.url == f"/portal/tickets/{ticket.pk}/"
    assert ticket.status == Status.CLOSED
    assert ticket.resolution


def test_what_helped_becomes_the_resolution(client_of, carol, acme):
    ticket = make_ticket(acme)
    client_of(carol).post(url(ticket), {"words": "Turning it off and on."})
    ticket.refresh_from_db()
    assert ticket.resolution == "Turning it off and on."


def test_the_events_say_it_was_the_customer(client_of, carol, acme):
    client_of(carol).post(url(make_ticket(acme)), {})
    for name in ("ticket.resolved", "ticket.closed"):
        row = EventRecord.objects.get(name=name)
        assert row.payload["by_customer"] is True
        assert row.actor == carol


def test_the_page_asks_first(client_of, carol, acme):
    ticket = make_ticket(acme)
    page = client_of(carol).get(url(ticket)).content.decode()
    ticket.refresh_from_db()
    assert "Is it fixed?" in page
    assert ticket.status == Status.OPEN


def test_a_second_press_changes_nothing(client_of, carol, acme):
    ticket = make_ticket(acme)
    client = client_of(carol)
    assert client.post(url(ticket)).url == client.post(url(ticket)).url
    assert EventRecord.objects.filter(name="ticket.closed").count() == 1


def test_a_text_that_is_too_long_is_refused(client_of, carol, acme):
    ticket = make_ticket(acme)
    assert client_of(carol).post(url(ticket), {"words": "x" * 2001}).status_code == 422


def test_a_stranger_finds_nothing(client_of, dave, acme):
    ticket = make_ticket(acme)
    assert client_of(dave).post(url(ticket)).status_code == 404
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
