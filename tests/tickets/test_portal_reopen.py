"""It is not fixed, says the customer."""

import pytest

from tests.factories.work import make_ticket
from tickets.models import Status

pytestmark = pytest.mark.django_db


def url(ticket):
    return f"/portal/tickets/{ticket.pk}/not-fixed/"


def test_a_resolved_ticket_is_open_again(client_of, carol, acme):
    ticket = make_ticket(acme, status=Status.RESOLVED)
    assert client_of(carol).post(url(ticket)).url.endswith(f"/portal/tickets/{ticket.pk}/#reply")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == (Status.OPEN, "")


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.RESOLVED])
def test_other_states_stay(client_of, carol, acme, status):
    ticket = make_ticket(acme, status=status)
    assert client_of(carol).post(url(ticket)).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == status


def test_only_a_post_and_only_the_customer(client_of, carol, dave, acme):
    ticket = make_ticket(acme, status=Status.RESOLVED)
    assert client_of(carol).get(url(ticket)).status_code == 405
    assert client_of(dave).post(url(ticket)).status_code == 404
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
