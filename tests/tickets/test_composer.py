"""The composer's doors: drafts by the page, stale stop, undo, Cc and times as typed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import NewReply, Typed
from tickets.models import DeskSettings, Draft, Message, Outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme):
    return make_ticket(acme)


def reply(client, ticket, body="Hello", **data):
    return client.post(f"/tickets/{ticket.pk}/reply/", {"body": body, **data})


def save(client, ticket, body="Hel", **data):
    typed = {"kind": "reply", "version": 0, "body": body, **data}
    return client.post(f"/tickets/{ticket.pk}/draft/", typed)


def test_a_draft_is_saved_and_shown_after_a_reload(agent, ticket, client_of):
    client = client_of(agent)
    answer = save(client, ticket, "Half a sent", copies="a@x.test", seen=7)
    assert answer.json()["version"] == 1
    assert answer.json()["words"].startswith("Draft saved ")
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Half a sent" in page
    assert 'value="a@x.test"' in page
    assert 'name="seen" value="7"' in page


def test_nobody_else_sees_the_draft(agent, manager, ticket, client_of):
    save(client_of(agent), ticket, "CANARY")
    assert b"CANARY" not in client_of(manager).get(f"/tickets/{ticket.pk}/").content


def test_a_second_tab_is_told_and_both_texts_are_there(agent, ticket, client_of):
    client = client_of(agent)
    save(client, ticket, "One")
    answer = save(client, ticket, "Two")
    assert (answer.status_code, answer.json()["theirs"]) == (409, "One")
    assert Draft.objects.get().body == "One"


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "out"},
        {"version": "x"},
        {"version": -1},
        {"seen": "9" * 30},
        {"copies": "a" * 2001},
    ],
)
def test_a_forged_draft_is_400(bad, agent, ticket, client_of):
    assert save(client_of(agent), ticket, **bad).status_code == 400
    assert not Draft.objects.exists()


def test_a_draft_without_end_is_refused_in_words(agent, ticket, client_of):
    answer = save(client_of(agent), ticket, "x" * 100_001)
    assert answer.status_code == 422
    assert answer.json()["words"]


def test_sales_may_draft_a_note_but_no_reply(sam, ticket, client_of):
    client = client_of(sam)
    assert save(client, ticket).status_code == 403
    assert save(client, ticket, kind="note").status_code == 200


def test_a_signed_out_draft_changes_nothing(client, ticket):
    assert save(client, ticket).status_code == 302
    assert not Draft.objects.exists()


def test_a_reply_is_on_its_way_and_its_author_can_undo(agent, manager, ticket, client_of):
    client = client_of(agent)
    assert reply(client, ticket, "Zebra", set_status="waiting").status_code == 302
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Being sent" in page
    assert page.count("Zebra") == 1
    assert "data-undo" in page
    other = client_of(manager).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Being sent" in other
    assert "data-undo" not in other
    number = Message.objects.get().pk
    url = f"/tickets/{ticket.pk}/replies/{number}/undo/"
    assert client_of(manager).post(url).status_code == 403
    assert client.post(url).status_code == 302
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Send and set Waiting" in page
    assert Draft.objects.get().body == "Zebra"


def test_a_late_undo_says_so(agent, ticket, client_of):
    message = actions.send_reply(ticket, NewReply("Hi"), actor=agent)
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/replies/{message.pk}/undo/", follow=True)
    assert "Too late" in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_stale_reply_shows_the_news_and_keeps_text_files_and_choices(
    agent, carol, ticket, client_of
):
    news = actions.add_reply(ticket, "Never mind!", actor=carol, from_customer=True)
    client = client_of(agent)
    file = SimpleUploadedFile("log.txt", b"lines")
    answer = reply(client, ticket, "Long answer", seen=news.pk - 1, files=file,
                   set_status="waiting", copies="a@x.test")  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "somebody wrote since you began" in page
    assert page.count("Never mind!") == 2
    for kept in ("Long answer", "log.txt", "a@x.test", f'name="seen" value="{news.pk}"'):
        assert kept in page
    assert not Outgoing.objects.exists()
    draft = Draft.objects.get()
    again = reply(client, ticket, draft.body, seen=draft.seen, kept=draft.files.get().pk)
    assert again.status_code == 302
    assert Message.objects.get(kind="out").files.get().stored.name == "log.txt"


def test_a_stale_reply_for_later_stays_one_for_later(agent, carol, ticket, client_of):
    actions.add_reply(ticket, "News", actor=carol, from_customer=True)
    at = f"{(timezone.now() + timedelta(days=1)).date()}T12:00"
    answer = reply(client_of(agent), ticket, seen=0, send_at=at)
    assert answer.status_code == 409
    assert f'value="{at}"' in answer.content.decode()


def test_a_draft_remembers_what_was_read_when_it_was_begun(agent, carol, ticket, client_of):
    client = client_of(agent)
    save(client, ticket, "Begun before", seen=0)
    actions.add_reply(ticket, "News", actor=carol, from_customer=True)
    assert 'name="seen" value="0"' in client.get(f"/tickets/{ticket.pk}/").content.decode()


def test_a_held_reply_offers_its_author_both_ways(agent, carol, ticket, client_of):
    message = actions.send_reply(ticket, NewReply("Hi"), actor=agent)
    news = actions.add_reply(ticket, "Wait!", actor=carol, from_customer=True)
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    client = client_of(agent)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "the customer wrote meanwhile" in page
    url = f"/tickets/{ticket.pk}/replies/{message.pk}/send/"
    assert client.post(url).status_code == 400
    client.post(url, {"seen": news.pk})
    assert Outgoing.objects.get().held_at is None


def test_cc_is_cleaned_frozen_and_becomes_the_tickets_own_at_the_release(
    agent, ticket, client_of, settings
):
    settings.DEFAULT_FROM_EMAIL = "Desk <support@desk.test>"
    typed = f"Ann <ANN@x.test>; support@desk.test, {ticket.requester.email}, ann@x.test"
    reply(client_of(agent), ticket, copies=typed)
    assert Outgoing.objects.get().copies == ["ann@x.test"]
    assert not ticket.copies.exists()
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    assert [copy.email for copy in ticket.copies.all()] == ["ann@x.test"]
    assert "Cc ann@x.test" in client_of(agent).get(f"/tickets/{ticket.pk}/").content.decode()


@pytest.mark.parametrize(
    "typed", ["no address", "a@x.test, b@", ",".join(f"p{n}@x.test" for n in range(21))]
)
def test_what_is_no_address_is_refused_beside_the_field(typed, agent, ticket, client_of):
    answer = reply(client_of(agent), ticket, "Kept text", copies=typed)
    assert answer.status_code == 422
    assert b"Kept text" in answer.content
    assert not Message.objects.exists()


def test_an_emptied_cc_removes_the_copies(agent, ticket, client_of):
    actions.set_copies(ticket, ["ann@x.test"], actor=agent)
    reply(client_of(agent), ticket, copies="")
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    assert not ticket.copies.exists()


def test_send_later_is_read_in_the_readers_zone(agent, ticket, client_of):
    agent.time_zone = "America/New_York"
    agent.save(update_fields=["time_zone"])
    tomorrow = (timezone.now() + timedelta(days=1)).date()
    reply(client_of(agent), ticket, send_at=f"{tomorrow}T12:00")
    assert Outgoing.objects.get().release_at.hour in (16, 17)


@pytest.mark.parametrize("typed", ["2020-01-01T10:00", "soon", "2999-01-01T10:00"])
def test_an_impossible_moment_is_refused_and_the_text_kept(typed, agent, ticket, client_of):
    answer = reply(client_of(agent), ticket, "Kept text", send_at=typed)
    assert answer.status_code == 422
    assert b"Kept text" in answer.content


@pytest.mark.parametrize("kept", ["x", "-1", "9" * 30])
def test_forged_files_are_refused(kept, agent, ticket, client_of):
    assert reply(client_of(agent), ticket, kept=kept).status_code == 422


def test_files_of_another_persons_draft_do_not_come_along(agent, manager, ticket, client_of):
    draft = actions.save_draft(ticket, "reply", Typed("x"), user=manager)
    actions.drafts.keep_files(draft, [SimpleUploadedFile("a.txt", b"a")], actor=manager)
    actions.save_draft(ticket, "reply", Typed("y"), user=agent)
    reply(client_of(agent), ticket, kept=draft.files.get().pk)
    assert not Message.objects.get().files.exists()


def test_a_note_uses_up_its_own_draft_only(agent, ticket, client_of):
    client = client_of(agent)
    save(client, ticket, "a reply")
    save(client, ticket, "a note", kind="note")
    client.post(f"/tickets/{ticket.pk}/note/", {"body": "a note"})
    assert Draft.objects.get().kind == "reply"


def test_the_window_can_be_switched_off(agent, ticket, client_of):
    DeskSettings.load()
    DeskSettings.objects.update(undo_seconds=0)
    reply(client_of(agent), ticket, set_status="waiting")
    ticket.refresh_from_db()
    assert (ticket.status, Message.objects.get().kind) == ("waiting", "reply")
