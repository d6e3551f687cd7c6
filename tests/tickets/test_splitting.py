"""A message becomes a ticket of its own."""

import pytest

from core.models import EventRecord
from tests.factories.files import picture
from tests.factories.work import make_device, make_ticket
from tickets import actions
from tickets.actions.outbox import NewReply, send_reply
from tickets.actions.splitting import split_ticket
from tickets.errors import CannotSplit, TextMissing
from tickets.models import Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme, carol, agent) -> Ticket:
    made = make_ticket(acme, requester=carol.contact, device=make_device(acme), actor=carol)
    actions.set_copies(made, ["boss@acme.test"], actor=agent)
    return made


def said(ticket: Ticket, words: str, by, *, customer: bool = True, files=()):
    return actions.add_reply(ticket, words, actor=by, from_customer=customer, files=files)


def test_the_message_is_the_report_of_the_new_ticket_and_stays(ticket, carol, agent):
    message = said(ticket, "And the scanner is dead.", carol, files=[picture()])
    other = said(ticket, "Paper jam again.", carol, files=[picture()])
    made = split_ticket(message, "Scanner dead", actor=agent)
    assert (made.subject, made.description) == ("Scanner dead", "And the scanner is dead.")
    assert (made.customer, made.requester, made.device) == (
        ticket.customer, carol.contact, ticket.device,
    )  # fmt: skip
    assert made.files.filter(message=None).count() == made.files.count() == 1
    assert made.files.get().stored.file.read() == message.files.get().stored.file.read()
    assert set(ticket.messages.values_list("pk", flat=True)) == {message.pk, other.pk}
    assert [copy.email for copy in made.copies.all()] == ["boss@acme.test"]
    assert made.opened_at > ticket.opened_at


def test_both_histories_and_a_link_say_so(ticket, carol, agent):
    made = split_ticket(said(ticket, "The scanner.", carol), "Scanner", actor=agent)
    link = TicketLink.objects.get()
    assert (link.source_id, link.target_id, link.kind) == (ticket.pk, made.pk, "split")
    here = EventRecord.objects.get(name="ticket.split", subject_id=ticket.pk)
    there = EventRecord.objects.get(name="ticket.split_received", subject_id=made.pk)
    assert (here.payload["other"], there.payload["other"]) == (made.reference, ticket.reference)


def test_all_after_it_can_move_along(ticket, carol, agent):
    before = said(ticket, "Hello?", carol)
    message = said(ticket, "The scanner.", carol)
    reply = said(ticket, "Which one?", agent, customer=False, files=[picture()])
    note = actions.add_note(ticket, "Old model.", actor=agent)
    made = split_ticket(message, "Scanner", actor=agent, with_rest=True)
    assert set(made.messages.values_list("pk", flat=True)) == {reply.pk, note.pk}
    assert set(ticket.messages.values_list("pk", flat=True)) == {before.pk, message.pk}
    assert reply.files.get().ticket == made
    made.refresh_from_db()
    assert made.last_staff_at == reply.created_at


def test_deleting_one_copy_of_a_file_leaves_the_other(ticket, carol, agent):
    message = said(ticket, "The scanner.", carol, files=[picture()])
    made = split_ticket(message, "Scanner", actor=agent)
    assert made.files.get().stored_id != message.files.get().stored_id


def test_an_unsent_reply_is_not_split_and_moves_nowhere(ticket, carol, agent):
    message = said(ticket, "The scanner.", carol)
    leaving = send_reply(ticket, NewReply("On it."), actor=agent)
    with pytest.raises(CannotSplit, match="not sent"):
        split_ticket(leaving, "Scanner", actor=agent)
    with pytest.raises(CannotSplit, match="not sent"):
        split_ticket(message, "Scanner", actor=agent, with_rest=True)
    assert Ticket.objects.count() == 1


def test_a_merged_ticket_is_not_split(ticket, carol, agent, acme):
    message = said(ticket, "The scanner.", carol)
    into = make_ticket(acme)
    actions.merge_tickets(ticket, into, requester=None, actor=agent)
    message.ticket = ticket  # a page from before the merge
    with pytest.raises(CannotSplit):
        split_ticket(message, "Scanner", actor=agent)


def test_a_subject_is_needed_and_what_was_typed_stays(ticket, carol, agent, client_of):
    message = said(ticket, "The scanner.", carol)
    url = f"/tickets/{ticket.pk}/split/{message.pk}/"
    answer = client_of(agent).post(url, {"subject": "", "rest": "moves"})
    assert answer.status_code == 422
    assert answer.context["form"]["rest"].value() == "moves"
    with pytest.raises(TextMissing):
        split_ticket(message, " ", actor=agent)


def test_a_double_click_makes_one_ticket(ticket, carol, agent, client_of):
    message = said(ticket, "The scanner.", carol)
    url = f"/tickets/{ticket.pk}/split/{message.pk}/"
    browser = client_of(agent)
    key = str(browser.get(url).context["form"]["once_key"].value())
    for _click in range(2):
        answer = browser.post(url, {"subject": "Scanner", "rest": "stays", "once_key": key})
        assert answer.status_code == 302
    assert Ticket.objects.count() == 2


def test_a_message_of_another_ticket_is_not_there(ticket, carol, agent, client_of):
    message = said(ticket, "The scanner.", carol)
    other = make_ticket()
    assert client_of(agent).get(f"/tickets/{other.pk}/split/{message.pk}/").status_code == 404


def test_an_internal_note_never_becomes_what_the_customer_reads(ticket, agent, client_of):
    note = actions.add_note(ticket, "They never pay.", actor=agent)
    with pytest.raises(CannotSplit, match="inside"):
        split_ticket(note, "Bills", actor=agent)
    url = f"/tickets/{ticket.pk}/split/{note.pk}/"
    browser = client_of(agent)
    assert browser.get(url).status_code == 404
    assert url not in browser.get(f"/tickets/{ticket.pk}/").content.decode()
