"""The customer's first page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from technicians.models import Booking
from tests.factories.people import make_technician
from tests.factories.work import make_device, make_ticket
from tickets import actions
from tickets.models import Status, Ticket

pytestmark = pytest.mark.django_db
HOME = "/portal/"


def book(ticket, technician, *, starts_in=timedelta(hours=1)):
    starts = timezone.now() + starts_in
    booking = Booking.objects.create(
        technician=technician, starts_at=starts, ends_at=starts + timedelta(minutes=45)
    )
    Ticket.objects.filter(pk=ticket.pk).update(booking=booking, technician=technician)
    return booking


def test_it_greets_and_shows_what_is_open(client_of, carol, acme):
    make_ticket(acme, subject="Printer jams")
    make_ticket(acme, subject="Old thing", status=Status.CLOSED)
    page = client_of(carol).get(HOME).content.decode()
    assert ", Carol</h1>" in page
    assert "Acme Dental" in page
    assert "Printer jams" in page
    assert "Old thing" not in page


def test_what_needs_the_customer_comes_first_in_plain_words(client_of, carol, acme, agent):
    waiting = make_ticket(acme)
    actions.add_reply(waiting, "Which tray?", actor=agent, set_status=Status.WAITING)
    make_ticket(acme)
    response = client_of(carol).get(HOME)
    assert response.context["tickets"][0] == waiting
    assert "Your reply needed" in response.content.decode()
    assert "Erin asked you a question" in response.content.decode()


def test_nothing_of_another_customer_is_there(client_of, carol, globex, other_device):
    make_ticket(globex, subject="Globex secret", device=other_device)
    page = client_of(carol).get(HOME).content.decode()
    assert "Globex" not in page
    assert other_device.serial not in page


def test_devices_with_an_open_ticket_or_an_ending_warranty(client_of, carol, acme, device):
    today = timezone.localdate()
    make_ticket(acme, device=device)
    soon = make_device(acme, warranty_until_on=today + timedelta(days=60))
    make_device(acme, warranty_until_on=today + timedelta(days=61))
    make_device(acme, warranty_until_on=today - timedelta(days=1))
    assert client_of(carol).get(HOME).context["devices"] == [device, soon]


def test_the_next_visit_is_shown(client_of, carol, acme):
    technician = make_technician("Joel Becker")
    book(make_ticket(acme, subject="Later"), technician, starts_in=timedelta(days=3))
    book(make_ticket(acme, subject="Sooner"), technician)
    response = client_of(carol).get(HOME)
    assert response.context["next_visit"].subject == "Sooner"
    assert "Joel" in response.content.decode()


def test_a_visit_that_was_called_off_is_not_shown(client_of, carol, acme):
    booking = book(make_ticket(acme), make_technician())
    booking.cancelled_at = timezone.now()
    booking.save()
    assert client_of(carol).get(HOME).context["next_visit"] is None


def test_a_sign_in_without_customer_is_told(client_of, carol):
    carol.contact.delete()
    assert "not linked" in client_of(carol).get(HOME).content.decode()


def test_staff_have_no_such_page(client_of, agent, alice):
    assert client_of(agent).get(HOME).status_code == 404
    assert client_of(alice).get(HOME).status_code == 404


def test_the_number_of_queries_does_not_grow(client_of, carol, acme):
    client, counts = client_of(carol), []
    for _ in range(2):
        for _ in range(2):
            make_ticket(acme, device=make_device(acme))
            book(make_ticket(acme), make_technician())
        with CaptureQueriesContext(connection) as seen:
            client.get(HOME)
        counts.append(len(seen))
    assert counts[0] == counts[1]
