"""A person says where a mail belongs; its words go there, and later replies follow."""

import pytest

from core import mail_ids
from core.models import EventRecord
from mailbox.actions import move_mail, receive
from mailbox.errors import CannotMove
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.work import make_ticket
from tickets.actions import add_note, close_ticket, resolve_ticket
from tickets.actions.moving import move_message
from tickets.errors import CannotMerge, CannotMoveMessage
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def box():
    return make_mailbox()


@pytest.fixture
def first(acme, carol):
    return make_ticket(acme, requester=carol.contact)


@pytest.fixture
def second(acme, carol):
    return make_ticket(acme, requester=carol.contact)


def take(box, *args, **headers):
    return receive(box, make_mail(*args, **headers))[0]


def signed(ticket):
    return mail_ids.message_id("ticket", ticket.pk)


def test_a_message_moves_with_its_files_and_later_replies_follow(box, first, second, agent):
    body = (
        "--x\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--x\r\nContent-Type: text/plain\r\n"
        "Content-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n--x--"
    )
    row = take(
        box, body, in_reply_to=signed(first), header_id="<moved@acme.test>",
        content_type="multipart/mixed; boundary=x",
    )  # fmt: skip
    row = move_mail(row, second, actor=agent)
    assert (row.ticket, row.message.ticket, second.files.count()) == (second, second, 1)
    assert (first.messages.count(), first.files.count()) == (0, 0)
    assert EventRecord.objects.filter(name="mail.moved", actor=agent).exists()
    # Its answer still carries our sign of the first ticket, as people's programs write it.
    later = take(box, "More.", references=f"{signed(first)} <moved@acme.test>", subject="Re: x")
    assert (later.fate, later.ticket) == ("appended", second)
    assert any(step.startswith("moved:") for step in later.steps)
    other = take(box, "Other.", references=signed(first))
    assert other.ticket == first  # what does not answer the moved one stays


def test_a_stranger_gets_nowhere_by_naming_a_moved_mail(box, first, second, agent, dave):
    row = take(box, in_reply_to=signed(first), header_id="<moved@acme.test>")
    move_mail(row, second, actor=agent)
    evil = take(box, sender="dave@globex.test", in_reply_to="<moved@acme.test>")
    assert evil.ticket not in (first, second)


def test_a_ticket_that_only_the_mail_opened_is_merged(box, first, carol, agent):
    row = take(box, "It belongs to the other.")
    made = row.ticket
    row = move_mail(row, first, actor=agent)
    made.refresh_from_db()
    assert (made.merged_into, row.ticket, row.fate) == (first, first, "appended")
    assert "It belongs" in first.messages.get().body


def test_words_of_another_customer_are_not_merged_in(box, first, dave, agent):
    row = take(box, sender="dave@globex.test")
    with pytest.raises(CannotMerge):
        move_mail(row, first, actor=agent)


def test_from_quarantine_to_a_ticket_what_is_not_the_customers_becomes_a_note(box, first, agent):
    row = take(box, "Forwarded.", sender=agent.email)
    assert row.fate == "quarantined"
    row = move_mail(row, first, actor=agent)
    assert (row.fate, row.reason, first.messages.get().kind) == ("appended", "", "note")


def test_an_ignored_mail_of_the_customer_becomes_their_words(box, first, agent):
    row = move_mail(take(box, "From a list.", precedence="bulk"), first, actor=agent)
    assert (row.message.kind, row.message.is_from_customer) == ("reply", True)


def test_moved_to_another_customers_ticket_it_is_seen_inside_only(box, first, globex, agent):
    theirs = make_ticket(globex)
    row = take(box, in_reply_to=signed(first))
    move_mail(row, theirs, actor=agent)
    message = theirs.messages.get()
    assert (message.kind, message.is_from_customer) == ("note", False)


def test_it_is_not_moved_to_where_it_is(box, first, agent):
    row = take(box, in_reply_to=signed(first))
    with pytest.raises(CannotMove):
        move_mail(row, first, actor=agent)
    assert Ticket.objects.count() == 1


def test_a_mail_of_nobody_is_no_word_of_a_customer_without_an_address(box, first, acme, agent):
    acme.email = None
    acme.save()
    row = take(box, "Whose?", sender="")
    assert (row.fate, row.from_email) == ("quarantined", "")
    assert move_mail(row, first, actor=agent).message.kind == "note"


def test_both_tickets_say_so_and_who_waits_is_counted_anew(box, first, second, agent):
    row = take(box, in_reply_to=signed(first))
    move_mail(row, second, actor=agent)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.last_customer_at == first.opened_at
    assert second.last_customer_at == row.message.created_at
    for ticket, name in [(first, "ticket.message_moved"), (second, "ticket.message_received")]:
        assert EventRecord.objects.filter(name=name, subject_id=ticket.pk, actor=agent).exists()


def test_a_closed_ticket_takes_no_moved_words(box, first, second, agent):
    row = take(box, in_reply_to=signed(first))
    resolve_ticket(second, "Done.", actor=agent)
    close_ticket(second, actor=agent)
    with pytest.raises(CannotMoveMessage):
        move_mail(row, second, actor=agent)
    row.message.refresh_from_db()
    assert row.message.ticket == first


def test_words_that_somebody_moved_meanwhile_are_not_moved_from_where_they_were(
    box, first, second, agent
):
    row = take(box, in_reply_to=signed(first))
    stale = Message.objects.select_related("ticket").get(pk=row.message.pk)
    move_mail(row, second, actor=agent)
    third = make_ticket(first.customer)
    with pytest.raises(CannotMoveMessage):
        move_message(stale, third, is_theirs=True, actor=agent)
    assert not third.messages.exists()


def test_a_ticket_others_wrote_on_is_not_merged_in_passing(box, first, carol, agent):
    row = take(box, "It belongs to the other.")
    add_note(row.ticket, "I called them.", actor=agent)
    with pytest.raises(CannotMove):
        move_mail(row, first, actor=agent)
    row.ticket.refresh_from_db()
    assert row.ticket.merged_into is None
