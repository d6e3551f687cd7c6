"""A ticket as its customer sees it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from technicians.models import Booking
from tests.factories.people import make_portal_user, make_technician
from tests.factories.work import make_ticket
from tickets import actions
from tickets.models import Status, Ticket
from tickets.portal_words import steps

pytestmark = pytest.mark.django_db


def page_of(client, ticket, **query):
    return client.get(f"/portal/tickets/{ticket.pk}/", query)


def text_file(name="log.txt"):
    return SimpleUploadedFile(name, b"some lines", "text/plain")


@pytest.fixture
def ticket(acme, carol, device):
    return make_ticket(
        acme, device=device, requester=carol.contact, actor=carol, subject="Printer jams"
    )


def test_it_shows_number_report_and_device(client_of, carol, ticket):
    page = page_of(client_of(carol), ticket).content.decode()
    assert ticket.reference in page
    assert "It jams on every second page." in page
    assert ticket.device.serial in page
    assert "by you" in page


def test_the_conversation_in_order_with_who_said_it(client_of, carol, acme, ticket, agent):
    actions.add_reply(ticket, "Which tray?", actor=agent)
    actions.add_reply(ticket, "Tray 2.", actor=carol, from_customer=True)
    zoe = make_portal_user(acme, name="Zoe Colleague")
    actions.add_reply(ticket, "Tray 3, too.", actor=zoe, from_customer=True)
    bubbles = page_of(client_of(carol), ticket).context["bubbles"]
    assert [(bubble.who, bubble.body) for bubble in bubbles] == [
        ("me", ticket.description), ("staff", "Which tray?"), ("me", "Tray 2."),
        ("colleague", "Tray 3, too."),
    ]  # fmt: skip


def test_colleagues_see_each_others_tickets(client_of, acme, ticket):
    zoe = make_portal_user(acme, name="Zoe Colleague")
    response = page_of(client_of(zoe), ticket)
    assert response.status_code == 200
    assert "by Carol Contact" in response.content.decode()


def test_another_customers_ticket_is_not_there(client_of, dave, ticket):
    assert page_of(client_of(dave), ticket).status_code == 404
    assert client_of(dave).get("/portal/tickets/999999/").status_code == 404


def test_the_steps_in_plain_words(ticket):
    alice = make_technician()
    seen = [steps(ticket)]
    ticket = actions.assign_ticket(ticket, alice, actor=None, is_automatic=True)
    seen.append(steps(ticket))
    now = timezone.now()
    booking = Booking.objects.create(
        technician=alice, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    Ticket.objects.filter(pk=ticket.pk).update(booking=booking)
    ticket = actions.accept_job(ticket, actor=alice.user)
    seen.append(steps(ticket))
    ticket = actions.go_on_my_way(ticket, actor=alice.user, travel_minutes=20)
    seen.append(steps(ticket))
    ticket = actions.resolve_ticket(ticket, "New roller.", actor=alice.user)
    seen.append(steps(ticket))
    seen.append(steps(actions.close_ticket(ticket, actor=None)))
    assert [step.labels[min(step.current, len(step.labels)) - 1] for step in seen] == [
        "Received", "Received", "Visit booked", "On the way", "Fixed", "Fixed",
    ]  # fmt: skip
    assert seen[-1].current == len(seen[-1].labels) + 1


def test_on_the_way_is_told_with_the_time(client_of, carol, ticket, alice):
    ticket = actions.assign_ticket(ticket, alice.technician, actor=None)
    actions.accept_job(ticket, actor=alice)
    ticket = actions.go_on_my_way(ticket, actor=alice, travel_minutes=20)
    response = page_of(client_of(carol), ticket)
    assert "Alice is on the way" in response.content.decode()
    assert response.context["arrives_at"] == ticket.on_my_way_at + timedelta(minutes=20)
    assert "alice@desk.test" not in response.content.decode()


def test_a_resolved_ticket_asks_whether_it_works(client_of, carol, acme):
    ticket = make_ticket(acme, status=Status.RESOLVED)
    page = page_of(client_of(carol), ticket).content.decode()
    assert "Replaced the roller." in page
    assert "It is fixed" in page
    assert "It is not fixed" in page


def test_a_closed_ticket_says_what_a_reply_does(client_of, carol, acme):
    page = page_of(client_of(carol), make_ticket(acme, status=Status.CLOSED)).content.decode()
    assert "opens a new one that follows it" in page
    assert "It is not fixed" not in page


def test_a_long_conversation_is_cut_and_can_be_shown(client_of, carol, ticket):
    for number in range(102):
        actions.add_reply(ticket, f"Line {number}", actor=carol, from_customer=True)
    client = client_of(carol)
    assert len(page_of(client, ticket).context["bubbles"]) == 100
    assert len(page_of(client, ticket, all=1).context["bubbles"]) == 103


def test_looking_changes_nothing(client_of, carol, ticket):
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    page_of(client_of(carol), ticket)
    client_of(carol).get(f"/portal/tickets/{ticket.pk}/fixed/")
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_the_number_of_queries_does_not_grow(client_of, carol, ticket, agent):
    client, counts = client_of(carol), []
    for _ in range(2):
        for _ in range(3):
            actions.add_reply(ticket, "Look", actor=agent, files=[text_file()])
        with CaptureQueriesContext(connection) as seen:
            page_of(client, ticket)
        counts.append(len(seen))
    assert counts[0] == counts[1]
