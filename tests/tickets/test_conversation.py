"""Replies and notes, and what a customer's word does to the state."""

import pytest

from core.models import EventRecord
from tests.factories.work import make_ticket
from tickets import actions
from tickets.errors import TextMissing
from tickets.models import Message, Status, Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [Status.WAITING, Status.ON_HOLD, Status.RESOLVED])
def test_a_customers_reply_wakes_the_ticket(status, carol):
    ticket = make_ticket(status=status)
    actions.add_reply(ticket, "It is back.", actor=carol, from_customer=True)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_a_customers_reply_leaves_work_in_progress(carol):
    ticket = make_ticket(status=Status.IN_PROGRESS)
    actions.add_reply(ticket, "More details.", actor=carol, from_customer=True)
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS


def test_a_reply_to_a_closed_ticket_opens_a_follow_up(carol):
    closed = make_ticket(status=Status.CLOSED)
    message = actions.add_reply(closed, "Again!", actor=carol, from_customer=True)
    closed.refresh_from_db()
    assert closed.status == Status.CLOSED
    assert message.ticket.follows == closed
    assert message.ticket.status == Status.OPEN
    assert not closed.messages.exists()


def test_what_staff_write_on_a_closed_ticket_is_never_shown_as_the_customers_words(agent):
    closed = make_ticket(status=Status.CLOSED)
    message = actions.add_reply(closed, "One more thing.", actor=agent)
    following = message.ticket
    assert "One more thing." not in following.description
    assert closed.reference in following.description
    assert (message.is_from_customer, message.author) == (False, agent)
    assert EventRecord.objects.filter(name="ticket.staff_replied", subject_id=following.pk).exists()


def test_staff_may_set_the_state_with_the_reply(agent):
    ticket = make_ticket()
    actions.add_reply(ticket, "Which tray?", actor=agent, set_status=Status.WAITING)
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING
    assert ticket.touched_at
    assert ticket.last_staff_at


def test_a_note_changes_no_state_and_its_event_holds_no_text(agent):
    ticket = make_ticket(status=Status.WAITING)
    actions.add_note(ticket, "CANARY-NOTE", actor=agent)
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING
    row = EventRecord.objects.get(name="ticket.note_added")
    assert "CANARY" not in str(row.payload)


def test_notes_are_never_visible_to_customers(agent, carol, acme):
    ticket = make_ticket(acme)
    actions.add_note(ticket, "secret", actor=agent)
    actions.add_reply(ticket, "public", actor=agent)
    seen = Message.objects.visible_to(carol).values_list("body", flat=True)
    assert list(seen) == ["public"]


@pytest.mark.parametrize("body", ["", "  ", "\x00"])
def test_an_empty_reply_is_refused(body, agent):
    ticket = make_ticket()
    with pytest.raises(TextMissing):
        actions.add_reply(ticket, body, actor=agent)


def test_nothing_is_left_behind_when_a_reply_is_refused(agent):
    ticket = make_ticket(status=Status.CLOSED)
    with pytest.raises(TextMissing):
        actions.add_reply(ticket, " ", actor=agent)
    assert Ticket.objects.count() == 1


def test_more_words_on_a_closed_ticket_join_its_open_follow_up(carol):
    closed = make_ticket(status=Status.CLOSED)
    first = actions.add_reply(closed, "Again!", actor=carol, from_customer=True)
    second = actions.add_reply(closed, "And louder.", actor=carol, from_customer=True)
    assert second.ticket == first.ticket
    assert closed.follow_ups.count() == 1
