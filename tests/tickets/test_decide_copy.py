"""People somebody else wants in Cc get nothing until staff agrees."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import EventRecord
from mailbox.actions import receive
from mailbox.threading import Thread
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tickets.actions import accept_copy, leave_out_copy, propose_copies, set_copies
from tickets.models import ProposedCopy

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme, carol, agent):
    ticket = make_ticket(acme, requester=carol.contact)
    set_copies(ticket, ["hal@elsewhere.test"], actor=agent)
    return ticket


@pytest.fixture
def proposed(ticket):
    propose_copies(ticket, ["ida@elsewhere.test"], by="Hal", actor=None)
    return ticket.proposed_copies.get()


def copies(ticket):
    return sorted(copy.email for copy in ticket.copies.all())


def waiting(ticket):
    return sorted(r.email for r in ticket.proposed_copies.filter(left_out_at=None))


def events(ticket, name):
    return EventRecord.objects.filter(name=f"ticket.{name}", subject_id=ticket.pk).count()


def test_whom_a_person_in_cc_adds_waits_for_staff(ticket):
    mail = make_mail(
        subject=f"Re: [{ticket.reference}]", sender="Hal <hal@elsewhere.test>",
        cc="Ida <ida@elsewhere.test>, support@desk.test, carol@acme.test",
    )  # fmt: skip
    row = receive(make_mailbox(), mail)[0]
    assert row.ticket == ticket
    assert copies(ticket) == ["hal@elsewhere.test"]
    assert waiting(ticket) == ["ida@elsewhere.test"]
    assert events(ticket, "copies_proposed") == 1
    happened = EventRecord.objects.get(name="ticket.copies_proposed")
    assert happened.actor_name == "Hal"
    assert "ida@" not in str(happened.payload)


def test_a_colleague_of_the_requester_does_not_add_people_either(ticket, acme):
    make_contact(acme, name="Cliff", email="cliff@acme.test")
    set_copies(ticket, ["cliff@acme.test"], actor=None)
    mail = make_mail(
        subject=f"[{ticket.reference}]", sender="cliff@acme.test", cc="ida@elsewhere.test"
    )
    receive(make_mailbox(), mail)
    assert waiting(ticket) == ["ida@elsewhere.test"]


def test_a_stranger_with_our_sign_is_proposed_and_owns_nothing(ticket, monkeypatch):
    from mailbox.threading import Search

    monkeypatch.setattr(Search, "find", lambda search: Thread(ticket, is_proven=True))
    row = receive(make_mailbox(), make_mail(sender="Ida <ida@elsewhere.test>"))[0]
    assert row.message.kind == "note"
    assert waiting(ticket) == ["ida@elsewhere.test"]
    requester = ticket.requester_id
    ticket.refresh_from_db()
    assert ticket.requester_id == requester


def test_nobody_is_asked_about_twice(ticket, proposed, agent):
    assert propose_copies(ticket, ["IDA@elsewhere.test"], by="Hal", actor=None) == 0
    leave_out_copy(proposed, actor=agent)
    assert propose_copies(ticket, ["ida@elsewhere.test"], by="Hal", actor=None) == 0
    known = ["hal@elsewhere.test", "carol@acme.test", "no address"]
    assert propose_copies(ticket, known, by="Hal", actor=None) == 0
    assert waiting(ticket) == []


def test_no_more_wait_than_somebody_can_judge(ticket):
    for start in range(0, 60, 20):
        many = [f"p{n}@x.test" for n in range(start, start + 20)]
        propose_copies(ticket, many, by="Hal", actor=None)
    assert len(waiting(ticket)) == 40


def test_accepted_they_get_copies(ticket, proposed, agent):
    accept_copy(proposed, actor=agent)
    accept_copy(proposed, actor=agent)
    assert copies(ticket) == ["hal@elsewhere.test", "ida@elsewhere.test"]
    assert waiting(ticket) == []


def test_left_out_they_do_not(ticket, proposed, agent):
    leave_out_copy(proposed, actor=agent)
    leave_out_copy(proposed, actor=agent)
    assert copies(ticket) == ["hal@elsewhere.test"]
    assert events(ticket, "copy_left_out") == 1


def test_the_panel_asks(ticket, proposed, agent, alice, client_of):
    client = client_of(agent)
    panel = client.get(reverse("tickets:people", args=[ticket.pk])).content.decode()
    assert "ida@elsewhere.test" in panel
    assert "Hal would like in Cc" in panel
    url = reverse("tickets:decide_copy", args=[ticket.pk, proposed.pk])
    assert client.get(url).status_code == 405
    assert client.post(url, {"answer": "eat"}).status_code == 400
    assert client_of(alice).post(url, {"answer": "accept"}).status_code == 404
    part = client.post(url, {"answer": "accept"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "would like" not in part.content.decode()
    assert client.post(url, {"answer": "leave_out"}).status_code == 302  # decided meanwhile
    assert copies(ticket) == ["hal@elsewhere.test", "ida@elsewhere.test"]


def test_a_full_cc_refuses_and_keeps_the_question(ticket, proposed, agent, client_of):
    set_copies(ticket, [f"p{n}@x.test" for n in range(20)], actor=agent)
    url = reverse("tickets:decide_copy", args=[ticket.pk, proposed.pk])
    answer = client_of(agent).post(url, {"answer": "accept"})
    assert answer.status_code == 422
    assert "Up to 20 people" in answer.content.decode()
    assert waiting(ticket) == ["ida@elsewhere.test"]


@pytest.mark.parametrize("email", ["IDA@elsewhere.test", ""])
def test_the_database_keeps_each_address_once(ticket, proposed, email):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedCopy.objects.create(ticket=ticket, email=email, proposed_by="x")
