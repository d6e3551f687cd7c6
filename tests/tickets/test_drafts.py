"""Drafts: one per person, ticket and kind; kept until sent, thrown away or the ticket closed."""

import pytest

from attachments.models import StoredFile
from tests.factories.files import picture
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import NewReply, Typed
from tickets.actions.drafts import keep_files
from tickets.errors import DraftElsewhere, TextMissing
from tickets.models import Draft, Status

pytestmark = pytest.mark.django_db


def test_saving_again_replaces_the_text(agent):
    ticket = make_ticket()
    first = actions.save_draft(ticket, "reply", Typed("Hel"), user=agent, version=0)
    second = actions.save_draft(ticket, "reply", Typed("Hello"), user=agent, version=first.version)
    assert (Draft.objects.get().body, second.version) == ("Hello", 2)


def test_reply_and_note_and_each_person_have_their_own(agent, manager):
    ticket = make_ticket()
    for user in (agent, manager):
        for kind in ("reply", "note"):
            actions.save_draft(ticket, kind, Typed(f"{kind} of {user}"), user=user)
    assert Draft.objects.count() == 4
    assert Draft.objects.visible_to(agent).count() == 2


def test_an_emptied_draft_is_gone(agent):
    ticket = make_ticket()
    draft = actions.save_draft(ticket, "reply", Typed("Hel"), user=agent)
    assert (
        actions.save_draft(ticket, "reply", Typed(" "), user=agent, version=draft.version) is None
    )
    assert not Draft.objects.exists()


def test_a_second_tab_does_not_overwrite_the_first_unasked(agent):
    ticket = make_ticket()
    actions.save_draft(ticket, "reply", Typed("From tab one"), user=agent, version=0)
    with pytest.raises(DraftElsewhere) as refused:
        actions.save_draft(ticket, "reply", Typed("From tab two"), user=agent, version=0)
    assert refused.value.theirs == "From tab one"
    kept = actions.save_draft(
        ticket, "reply", Typed("Tab two"), user=agent, version=refused.value.version
    )
    assert kept.body == "Tab two"


def test_a_tab_left_open_does_not_bring_a_sent_draft_back(agent):
    ticket = make_ticket()
    draft = actions.save_draft(ticket, "reply", Typed("Sent words"), user=agent, version=0)
    actions.send_reply(ticket, NewReply("Sent words"), actor=agent)
    with pytest.raises(DraftElsewhere) as refused:
        actions.save_draft(ticket, "reply", Typed("Old"), user=agent, version=draft.version)
    assert (refused.value.theirs, refused.value.version) == ("", 0)
    assert not Draft.objects.exists()


def test_a_text_without_end_is_refused(agent):
    with pytest.raises(TextMissing):
        actions.save_draft(make_ticket(), "reply", Typed("x" * 100_001), user=agent)


def test_closing_the_ticket_removes_drafts_and_their_files(agent):
    ticket = make_ticket(status=Status.RESOLVED)
    draft = actions.save_draft(ticket, "reply", Typed("Hel"), user=agent)
    keep_files(draft, [picture()], actor=agent)
    actions.close_ticket(ticket, actor=agent)
    assert not Draft.objects.exists()
    assert not StoredFile.objects.exists()


def test_deleting_the_customer_removes_drafts_and_their_files(agent, admin, acme):
    from customers.actions import delete_customer

    draft = actions.save_draft(make_ticket(acme), "reply", Typed("Hel"), user=agent)
    keep_files(draft, [picture()], actor=agent)
    delete_customer(acme, actor=admin)
    assert not StoredFile.objects.exists()
