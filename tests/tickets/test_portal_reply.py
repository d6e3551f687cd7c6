"""The customer answers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.work import make_ticket
from tickets.models import Status, Ticket

pytestmark = pytest.mark.django_db


def reply(client, ticket, body="Tray 2.", **more):
    return client.post(f"/portal/tickets/{ticket.pk}/reply/", {"body": body, **more})


@pytest.fixture
def ticket(acme):
    return make_ticket(acme)


def test_a_reply_with_a_file_is_added(client_of, carol, ticket):
    upload = SimpleUploadedFile("log.txt", b"lines", "text/plain")
    response = reply(client_of(carol), ticket, files=[upload])
    message = ticket.messages.get()
    assert response.url == f"/portal/tickets/{ticket.pk}/"
    assert (message.body, message.author, message.is_from_customer) == ("Tray 2.", carol, True)
    assert message.files.get().stored.name == "log.txt"


def test_it_wakes_a_waiting_and_a_resolved_ticket(client_of, carol, acme):
    for status in (Status.WAITING, Status.RESOLVED):
        ticket = make_ticket(acme, status=status)
        reply(client_of(carol), ticket)
        ticket.refresh_from_db()
        assert ticket.status == Status.OPEN


def test_a_reply_to_a_closed_ticket_opens_a_new_one_and_says_so(client_of, carol, acme):
    closed = make_ticket(acme, status=Status.CLOSED)
    client = client_of(carol)
    response = client.get(reply(client, closed, "It is back.").url)
    new = Ticket.objects.get(follows=closed)
    page = response.content.decode()
    assert f"{closed.reference} is closed, so we opened {new.reference}" in page
    assert len(response.context["bubbles"]) == 1
    assert new.reference in client.get(f"/portal/tickets/{closed.pk}/").content.decode()


def test_a_double_click_is_one_reply(client_of, carol, ticket):
    client = client_of(carol)
    reply(client, ticket, "Tray 2.\r\nReally.")
    reply(client, ticket, "Tray 2.\r\nReally.")
    assert ticket.messages.count() == 1


def test_a_double_click_on_a_closed_ticket_opens_one(client_of, carol, acme):
    closed = make_ticket(acme, status=Status.CLOSED)
    assert reply(client_of(carol), closed).url == reply(client_of(carol), closed).url
    assert closed.follow_ups.count() == 1


@pytest.mark.parametrize("body", ["", "  \n ", "a\x00b", "x" * 100_001])
def test_bad_texts_get_a_kind_word(client_of, carol, ticket, body):
    response = reply(client_of(carol), ticket, body)
    assert response.status_code == 422
    assert "body" in response.context["form"].errors
    assert not ticket.messages.exists()


def test_a_bad_file_keeps_the_text(client_of, carol, ticket):
    bad = SimpleUploadedFile("photo.png", b"no picture", "image/png")
    page = reply(client_of(carol), ticket, "Long story", files=[bad]).content.decode()
    assert "Long story" in page
    assert "choose your files again" in page
    assert not ticket.messages.exists()


def test_strangers_and_other_methods(client_of, dave, carol, ticket):
    assert reply(client_of(dave), ticket).status_code == 404
    assert client_of(carol).get(f"/portal/tickets/{ticket.pk}/reply/").status_code == 405
    assert not ticket.messages.exists()
