"""What is not sent yet when the ticket moves on: merged away, undone twice, its clocks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import EventRecord
from tests.factories.files import picture
from tests.factories.promises import make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import NewReply, Typed
from tickets.models import ClockKind, Draft, Message, Outgoing, Ticket

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=1)


def send(ticket, body="Which tray?", *, actor, **more):
    return actions.send_reply(ticket, NewReply(body, **more), actor=actor)


def merge(source, into, agent, **more):
    return actions.merge_tickets(source, into, requester=None, actor=agent, **more)


@pytest.fixture
def one(acme):
    return make_ticket(acme)


@pytest.fixture
def two(acme):
    return make_ticket(acme)


def test_a_waiting_reply_of_a_merged_ticket_is_its_authors_draft_there(one, two, agent, manager):
    send(one, actor=agent, files=[picture()], copies=["ann@acme.test"], set_status="waiting")
    merge(one, two, manager)
    draft = Draft.objects.get()
    assert (draft.ticket, draft.user, draft.body) == (two, agent, "Which tray?")
    assert (draft.copies, draft.set_status, draft.files.count()) == ("", "", 1)
    held = EventRecord.objects.get(name="ticket.reply_held")
    assert (held.subject_id, held.payload["author_id"]) == (two.pk, agent.pk)
    assert "merged" in held.payload["why"]
    assert actions.release_due(now=timezone.now() + LATER) == 0
    assert not Outgoing.objects.exists()


def test_a_reply_for_one_customer_never_goes_to_another(one, globex, agent):
    other = make_ticket(globex)
    send(one, "For Acme only", actor=agent)
    merge(one, other, agent, across=True)
    actions.release_due(now=timezone.now() + LATER)
    assert not Message.objects.filter(body="For Acme only").exists()
    assert not EventRecord.objects.filter(name="ticket.staff_replied").exists()


def test_a_merge_with_words_on_their_way_can_be_undone(one, two, agent):
    send(one, actor=agent)
    merge(one, two, agent)
    actions.undo_merge(one, actor=agent)
    assert Draft.objects.get().ticket == two


def test_unsent_words_stay_with_an_author_who_may_not_see_the_other_ticket(
    acme, alice, bob, agent, client_of
):
    one = make_ticket(acme, technician=alice.technician)
    two = make_ticket(acme, technician=bob.technician)
    actions.save_draft(one, "note", Typed("Half a note"), user=alice)
    message = send(one, "Half a reply", actor=alice)
    merge(one, two, agent)
    assert {draft.ticket for draft in Draft.objects.visible_to(alice)} == {one}
    assert EventRecord.objects.get(name="ticket.reply_held").subject_id == one.pk
    page = client_of(alice).get(f"/tickets/{one.pk}/").content.decode()
    assert "Half a note" in page
    assert "Half a reply" in page
    answer = client_of(alice).post(f"/tickets/{one.pk}/replies/{message.pk}/undo/")
    assert answer["Location"] == f"/tickets/{one.pk}/"


def test_a_waiting_reply_of_somebody_who_left_is_a_note_on_the_other(one, two, agent, manager):
    send(one, actor=agent)
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    merge(one, two, manager)
    assert two.messages.get(body="Which tray?").kind == "note"


def test_drafts_of_both_tickets_are_kept_one_behind_the_other(one, two, agent):
    actions.save_draft(one, "reply", Typed("Old words"), user=agent)
    actions.save_draft(two, "reply", Typed("New words"), user=agent)
    merge(one, two, agent)
    assert Draft.objects.get().body == "New words\n\nOld words"


def test_a_reply_from_an_old_page_of_a_merged_ticket_is_kept_on_the_other(
    one, two, agent, manager, client_of
):
    merge(one, two, manager)
    sent = {"body": "Typed for long", "seen": "0", "copies": ""}
    answer = client_of(agent).post(f"/tickets/{one.pk}/reply/", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{two.pk}/")
    assert not Outgoing.objects.exists()
    page = client_of(agent).get(f"/tickets/{two.pk}/").content.decode()
    assert "Typed for long" in page
    draft = Draft.objects.get()
    assert draft.ticket == two
    # That thread is news to its author: shown once more beside the text, then sent.
    assert press_send(client_of(agent), draft).status_code == 409
    assert press_send(client_of(agent), draft).status_code == 302
    assert Outgoing.objects.get().message.ticket == two


def press_send(client, draft):
    draft.refresh_from_db()
    sent = {"body": draft.body, "seen": str(draft.seen), "copies": ""}
    return client.post(f"/tickets/{draft.ticket_id}/reply/", sent)


def test_undo_pressed_twice_ends_in_the_composer(one, agent, client_of):
    url = f"/tickets/{one.pk}/replies/{send(one, actor=agent).pk}/undo/"
    client = client_of(agent)
    client.post(url)
    answer = client.post(url, follow=True)
    assert answer.status_code == 200
    assert "not on its way any more" in answer.content.decode()
    assert Draft.objects.get().body == "Which tray?"


def test_undo_from_an_old_page_of_a_merged_ticket_leads_to_the_other(
    one, two, agent, manager, client_of
):
    message = send(one, actor=agent)
    merge(one, two, manager)
    answer = client_of(agent).post(f"/tickets/{one.pk}/replies/{message.pk}/undo/")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{two.pk}/")


def test_the_first_reply_is_owed_until_it_is_out_and_again_after_an_undo(acme, agent):
    make_policy()
    ticket = make_ticket(acme, opened_at=timezone.now() - timedelta(minutes=20))
    before = clock(ticket)
    message = send(ticket, actor=agent, set_status="waiting")
    assert clock(ticket) == before
    actions.undo_reply(message, actor=agent)
    assert clock(ticket) == before
    again = send(ticket, actor=agent, set_status="waiting")
    actions.release_reply(again.pk, now=timezone.now() + LATER)
    assert clock(ticket)[:2] == ("met", "waiting")


def clock(ticket):
    """State of the first reply, and what an undo must leave as it was."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    row = ticket.clocks.get(kind=ClockKind.FIRST_REPLY)
    kept = (ticket.due_at, ticket.due_kind, ticket.last_staff_at, ticket.touched_at, row.met_at)
    return row.state, ticket.status, kept


def test_a_file_on_its_way_is_nothing_a_customer_can_search(one, agent, carol):
    message = send(one, actor=agent, files=[picture()])
    rows = Ticket.objects.all()
    words = f"has:file {one.subject}"
    assert not rows.search(words, reader=carol).exists()
    assert rows.search(words, reader=agent).exists()
    actions.release_reply(message.pk, now=timezone.now() + LATER)
    assert rows.search(words, reader=carol).exists()
