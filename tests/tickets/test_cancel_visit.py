"""Calling a visit off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import EventRecord
from technicians.models import Booking
from tests.factories.work import make_ticket
from tickets import actions, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme, alice, agent):
    soon = timezone.now() + timedelta(hours=5)
    ticket = make_ticket(acme, technician=alice.technician)
    return actions.book_visit(ticket, alice.technician, soon, 45, actor=agent)


def test_the_time_is_free_again_and_the_technician_keeps_the_ticket(ticket, alice, agent):
    visit = ticket.booking
    ticket = actions.cancel_visit(ticket, actor=agent)
    visit.refresh_from_db()
    assert visit.cancelled_at
    assert (ticket.booking, ticket.technician) == (None, alice.technician)
    told = EventRecord.objects.get(name="ticket.visit_cancelled")
    assert told.payload["starts_at"] == visit.starts_at.isoformat()


def test_cancelling_twice_is_recorded_once(ticket, agent):
    ticket = actions.cancel_visit(ticket, actor=agent)
    actions.cancel_visit(ticket, actor=agent)
    assert EventRecord.objects.filter(name="ticket.visit_cancelled").count() == 1


def test_a_visit_moved_meanwhile_stays(ticket, alice, agent):
    later = timezone.now() + timedelta(hours=9)
    actions.book_visit(ticket, alice.technician, later, 45, actor=agent)
    with pytest.raises(errors.VisitChanged):
        actions.cancel_visit(ticket, actor=agent)
    assert Booking.objects.get(cancelled_at=None).starts_at == later


def test_the_button_on_the_page(ticket, agent, client_of):
    client, url = client_of(agent), f"/tickets/{ticket.pk}/visit/cancel/"
    assert url in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert client.post(url, {"seen": "1"}).status_code == 409
    assert client.post(url, {"seen": ticket.booking_id}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.booking is None


@pytest.mark.parametrize("how", ["resolve", "give", "take"])
def test_whatever_frees_the_time_says_so(how, ticket, bob, agent):
    """Nobody waits at home for a visit that is off because the job went elsewhere."""
    if how == "resolve":
        actions.resolve_ticket(ticket, "It works again.", actor=agent)
    elif how == "give":
        actions.assign_ticket(ticket, bob.technician, actor=agent)
    else:
        actions.unassign_ticket(ticket, actor=agent)
    assert EventRecord.objects.filter(name="ticket.visit_cancelled").count() == 1
    assert Booking.objects.get().cancelled_at


def test_moving_a_visit_cancels_nothing_for_the_customer(ticket, alice, bob, agent):
    later = timezone.now() + timedelta(hours=9)
    ticket = actions.book_visit(ticket, alice.technician, later, 45, actor=agent)
    actions.book_visit(ticket, bob.technician, later, 45, actor=agent)
    assert not EventRecord.objects.filter(name="ticket.visit_cancelled").exists()


@pytest.mark.django_db(transaction=True)
def test_the_customer_is_told(acme, alice, carol, agent):
    ticket = make_ticket(acme, technician=alice.technician, requester=carol.contact)
    soon = timezone.now() + timedelta(hours=5)
    ticket = actions.book_visit(ticket, alice.technician, soon, 45, actor=agent)
    actions.cancel_visit(ticket, actor=agent)
    told = EventRecord.objects.get(name="ticket.visit_cancelled").notifications
    mail = told.get(rule__template="visit_cancelled", channel="email")
    assert "will not take place" in mail.body_text
    assert "will not take place" in mail.body_html
