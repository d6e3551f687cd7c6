"""Replies on their way when their ticket is merged, and promises that a reply taken back leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import EventRecord
from tests.factories.files import picture
from tests.factories.people import make_customer
from tests.factories.promises import make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import NewReply, Typed
from tickets.models import Draft, Message, MessageKind, Status

pytestmark = pytest.mark.django_db


def test_a_merge_makes_what_is_on_its_way_a_draft_on_the_other_ticket(agent):
    customer = make_customer()
    source, into = make_ticket(customer=customer), make_ticket(customer=customer)
    new = NewReply("Not sent yet.", files=[picture()], set_status=Status.WAITING)
    leaving = actions.send_reply(source, new, actor=agent)
    actions.save_draft(into, MessageKind.REPLY, Typed("Begun here."), user=agent)

    actions.merge_tickets(source, into, requester=None, actor=agent)

    draft = Draft.objects.get(ticket=into, user=agent)
    assert draft.body == "Not sent yet.\n\nBegun here."
    assert (draft.copies, draft.set_status) == ("", "")
    assert draft.files.count() == 1
    assert not Message.objects.filter(pk=leaving.pk).exists()
    assert not actions.release_reply(leaving.pk, now=timezone.now() + timedelta(days=1))
    told = EventRecord.objects.filter(name="ticket.reply_held", subject_id=into.pk).get()
    assert told.payload["author_id"] == agent.pk
    actions.undo_merge(source, actor=agent)
    assert Draft.objects.get(ticket=into, user=agent).body.startswith("Not sent yet.")


def test_a_merge_takes_the_composers_text_along(agent):
    customer = make_customer()
    source, into = make_ticket(customer=customer), make_ticket(customer=customer)
    actions.save_draft(source, MessageKind.NOTE, Typed("Half a note"), user=agent)
    actions.save_draft(source, MessageKind.REPLY, Typed("Half a reply"), user=agent)

    actions.merge_tickets(source, into, requester=None, actor=agent)

    kept = dict(Draft.objects.filter(ticket=into, user=agent).values_list("kind", "body"))
    assert kept == {"note": "Half a note", "reply": "Half a reply"}
    assert not Draft.objects.filter(ticket=source).exists()


def test_across_customers_unsent_words_stay_where_they_were_written(agent, manager, client_of):
    source, into = make_ticket(customer=make_customer()), make_ticket(customer=make_customer())
    actions.save_draft(source, MessageKind.REPLY, Typed("Your password is"), user=manager)
    leaving = actions.send_reply(source, NewReply("For you alone."), actor=agent)

    actions.merge_tickets(source, into, requester=None, actor=agent, across=True)

    assert not Draft.objects.filter(ticket=into).exists()
    kept = dict(Draft.objects.filter(ticket=source).values_list("user", "body"))
    assert kept == {manager.pk: "Your password is", agent.pk: "For you alone."}
    assert not Message.objects.filter(pk=leaving.pk).exists()
    told = EventRecord.objects.get(name="ticket.reply_held")
    assert (told.subject_id, told.payload["author_id"]) == (source.pk, agent.pk)
    page = client_of(agent).get(source.get_absolute_url()).content.decode()
    assert "What you had not sent was written here" in page
    assert "For you alone." in page
    sent = actions.send_reply(source, NewReply("For you alone."), actor=agent)
    actions.release_reply(sent.pk, now=timezone.now() + timedelta(hours=1))
    sent.refresh_from_db()
    assert sent.ticket.customer == source.customer


def test_a_reply_written_on_a_merged_ticket_goes_to_the_one_that_took_its_words(agent):
    customer = make_customer()
    source, into = make_ticket(customer=customer), make_ticket(customer=customer)
    actions.save_draft(source, MessageKind.REPLY, Typed("Typed before"), user=agent)
    actions.merge_tickets(source, into, requester=None, actor=agent)

    leaving = actions.send_reply(source, NewReply("Typed before"), actor=agent)

    assert leaving.ticket == into


@pytest.mark.parametrize("kind", ["first_reply", "next_reply"])
def test_undo_leaves_the_promise_as_it_was(agent, kind):
    make_policy(first_reply_minutes=60, next_reply_minutes=60)
    ticket = make_ticket()
    if kind == "next_reply":
        actions.add_reply(ticket, "Hello.", actor=agent)
        actions.add_reply(ticket, "And?", actor=None, from_customer=True)
    ticket.refresh_from_db()
    before = [
        list(ticket.clocks.order_by("pk").values_list("kind", "state", "due_at", "met_at")),
        ticket.due_at, ticket.last_staff_at, ticket.touched_at, ticket.status,
    ]  # fmt: skip
    leaving = actions.send_reply(ticket, NewReply("Yes.", set_status=Status.WAITING), actor=agent)
    actions.undo_reply(leaving, actor=agent)
    ticket.refresh_from_db()
    after = [
        list(ticket.clocks.order_by("pk").values_list("kind", "state", "due_at", "met_at")),
        ticket.due_at, ticket.last_staff_at, ticket.touched_at, ticket.status,
    ]  # fmt: skip
    assert after == before
    assert before[0]
