"""Replies of staff on their way out: unseen until released, taken back, held, scheduled."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.models import EventRecord
from tests.factories.files import picture
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import NewReply
from tickets.errors import NotYourReply, StaleReply, TextMissing, TooLateToUndo, WrongMoment
from tickets.models import DeskSettings, Draft, Message, MessageKind, Outgoing, Status, TicketFile

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=16)


def send(ticket, body="Which tray?", *, actor, **fields):
    return actions.send_reply(ticket, NewReply(body, **fields), actor=actor)


def release(message, *, after=SOON):
    return actions.release_reply(message.pk, now=timezone.now() + after)


def names(ticket):
    rows = EventRecord.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk)
    return list(rows.order_by("id").values_list("name", flat=True))


def test_nothing_follows_from_a_reply_before_it_is_released(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent, set_status=Status.WAITING)
    before, version = ticket.updated_at, ticket.version
    ticket.refresh_from_db()
    assert message.kind == MessageKind.OUT
    assert (ticket.status, ticket.last_staff_at, ticket.touched_at) == ("open", None, None)
    assert (ticket.updated_at, ticket.version) == (before, version)
    assert "ticket.staff_replied" not in names(ticket)


def test_the_release_makes_it_a_reply_with_all_that_follows(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent, set_status=Status.WAITING)
    assert release(message)
    ticket.refresh_from_db()
    message.refresh_from_db()
    assert (message.kind, ticket.status) == (MessageKind.REPLY, Status.WAITING)
    assert ticket.last_staff_at == message.created_at == message.outgoing.released_at
    assert names(ticket).count("ticket.staff_replied") == 1


def test_a_reply_is_released_once(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent)
    assert [release(message), release(message)] == [True, False]
    assert names(ticket).count("ticket.staff_replied") == 1


def test_a_reply_is_not_released_before_its_time(agent):
    message = send(make_ticket(), actor=agent)
    assert not actions.release_reply(message.pk)
    assert actions.release_due() == 0


def test_without_a_window_it_goes_out_at_once(agent):
    DeskSettings.load()
    DeskSettings.objects.update(undo_seconds=0)
    ticket = make_ticket()
    message = send(ticket, actor=agent, set_status=Status.WAITING)
    ticket.refresh_from_db()
    assert (message.kind, ticket.status) == (MessageKind.REPLY, Status.WAITING)


def test_the_customer_sees_nothing_of_it_before(agent, carol, acme, client_of):
    ticket = make_ticket(acme, requester=acme.contacts.get())
    message = send(ticket, "CANARY words", actor=agent, files=[picture("canary.png")])
    client = client_of(carol)
    row = TicketFile.objects.get(message=message)
    pages = ["/portal/", "/portal/tickets/", f"/portal/tickets/{ticket.pk}/"]
    pages += ["/portal/tickets/?q=CANARY"]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert b"canary" not in answer.content.lower().replace(b"q=canary", b"").replace(
            b'value="canary"', b""
        ), page
        assert agent.name not in answer.content.decode(), page
    assert client.get(f"/portal/files/{row.pk}/").status_code == 404
    assert not Message.objects.visible_to(carol).exists()
    release(message)
    assert b"CANARY words" in client.get(f"/portal/tickets/{ticket.pk}/").content


def test_undo_brings_text_files_and_choices_back_as_the_draft(agent):
    ticket = make_ticket()
    message = send(
        ticket, "Hello", actor=agent, files=[picture()], set_status=Status.WAITING,
        copies=["boss@acme.test"],
    )  # fmt: skip
    draft = actions.undo_reply(message, actor=agent)
    assert (draft.body, draft.set_status, draft.copies) == ("Hello", "waiting", "boss@acme.test")
    assert draft.files.count() == 1
    assert not TicketFile.objects.exists()
    assert not Message.objects.exists()
    assert not Outgoing.objects.exists()
    assert not ticket.copies.exists()
    assert not release(message)
    assert names(ticket)[-1] == "ticket.reply_undone"


def test_undo_keeps_what_was_typed_meanwhile(agent):
    ticket = make_ticket()
    message = send(ticket, "First.", actor=agent)
    actions.save_draft(ticket, "reply", actions.Typed("Second."), user=agent)
    assert actions.undo_reply(message, actor=agent).body == "First.\n\nSecond."


def test_only_the_author_takes_it_back(agent, manager):
    message = send(make_ticket(), actor=agent)
    with pytest.raises(NotYourReply):
        actions.undo_reply(message, actor=manager)


def test_what_was_sent_cannot_be_taken_back(agent):
    message = send(make_ticket(), actor=agent)
    release(message)
    with pytest.raises(TooLateToUndo):
        actions.undo_reply(message, actor=agent)


def test_a_reply_is_refused_when_the_customer_wrote_since(agent, carol):
    ticket = make_ticket()
    news = actions.add_reply(ticket, "It works again!", actor=carol, from_customer=True)
    with pytest.raises(StaleReply) as refused:
        send(ticket, actor=agent, seen=news.pk - 1)
    assert refused.value.newer == [news.pk]
    assert send(ticket, actor=agent, seen=news.pk)


def test_a_reply_is_refused_while_a_colleagues_is_being_sent(agent, manager):
    ticket = make_ticket()
    theirs = send(ticket, actor=manager)
    with pytest.raises(StaleReply):
        send(ticket, actor=agent, seen=theirs.pk - 1)


def test_ones_own_words_are_no_news(agent):
    ticket = make_ticket()
    send(ticket, actor=agent, seen=0)
    assert send(ticket, "And one more thing.", actor=agent, seen=0)


def test_a_reply_is_refused_when_a_colleague_left_a_note_since(agent, manager):
    ticket = make_ticket()
    note = actions.add_note(ticket, "Do not answer: I am calling him.", actor=manager)
    with pytest.raises(StaleReply) as refused:
        send(ticket, actor=agent, seen=note.pk - 1)
    assert refused.value.newer == [note.pk]
    assert send(ticket, actor=agent, seen=note.pk)


def test_ones_own_note_is_no_news(agent):
    ticket = make_ticket()
    actions.add_note(ticket, "Careful.", actor=agent)
    assert send(ticket, actor=agent, seen=0)


def test_a_customers_word_during_the_window_holds_the_reply(agent, carol):
    ticket = make_ticket()
    message = send(ticket, actor=agent)
    actions.add_reply(ticket, "Solved it myself.", actor=carol, from_customer=True)
    assert not release(message)
    outgoing = Outgoing.objects.get()
    assert (outgoing.hold_reason, outgoing.message.kind) == ("customer", MessageKind.OUT)
    assert "ticket.staff_replied" not in names(ticket)
    held = EventRecord.objects.get(name="ticket.reply_held")
    assert held.payload["author_id"] == agent.pk
    assert actions.release_due(now=timezone.now() + timedelta(days=1)) == 0


def test_a_held_reply_is_sent_when_its_author_read_the_news(agent, carol):
    ticket = make_ticket()
    message = send(ticket, actor=agent)
    news = actions.add_reply(ticket, "Wait.", actor=carol, from_customer=True)
    release(message)
    with pytest.raises(StaleReply):
        actions.send_held(message, seen=message.pk, actor=agent)
    actions.send_held(message, seen=news.pk, actor=agent)
    assert release(message, after=2 * SOON)


def test_a_ticket_closed_meanwhile_holds_the_reply(agent):
    ticket = make_ticket(status=Status.RESOLVED)
    message = send(ticket, actor=agent, send_at=timezone.now() + timedelta(hours=2))
    actions.close_ticket(ticket, actor=agent)
    assert not release(message, after=timedelta(hours=3))
    assert Outgoing.objects.get().hold_reason == "closed"


def test_a_reply_to_a_closed_ticket_opens_its_follow_up_at_the_release(agent):
    closed = make_ticket(status=Status.CLOSED)
    message = send(closed, "One more thing.", actor=agent, files=[picture()])
    assert not closed.follow_ups.exists()
    assert release(message)
    message.refresh_from_db()
    assert message.ticket.follows == closed
    assert TicketFile.objects.get().ticket == message.ticket
    assert names(message.ticket)[-1] == "ticket.staff_replied"


def test_a_scheduled_reply_goes_out_by_the_sweep(agent):
    at = timezone.now() + timedelta(days=2)
    message = send(make_ticket(), actor=agent, send_at=at)
    assert message.outgoing.is_scheduled
    assert actions.release_due(now=at - timedelta(seconds=1)) == 0
    assert actions.release_due(now=at + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(minutes=-1), timedelta(days=400)])
def test_a_moment_in_the_past_or_in_years_is_refused(wait, agent):
    with pytest.raises(WrongMoment):
        send(make_ticket(), actor=agent, send_at=timezone.now() + wait)


def test_a_state_that_is_not_possible_any_more_is_left_and_said(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent, set_status=Status.WAITING)
    actions.resolve_ticket(ticket, "Done.", actor=agent)
    assert release(message)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert names(ticket)[-1] == "ticket.status_kept"


def test_an_empty_reply_leaves_nothing_behind(agent):
    ticket = make_ticket()
    with pytest.raises(TextMissing):
        send(ticket, " ", actor=agent)
    assert not Outgoing.objects.exists()


def test_sending_uses_up_the_draft_and_only_the_files_that_were_kept(agent):
    ticket = make_ticket()
    message = send(ticket, "Hi", actor=agent, files=[picture("a.png"), picture("b.png")])
    draft = actions.undo_reply(message, actor=agent)
    kept = draft.files.first()
    again = send(ticket, "Hi", actor=agent, kept=[kept.pk])
    assert [row.stored_id for row in again.files.all()] == [kept.stored_id]
    assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_undo_and_release_at_the_same_moment_never_both_happen(turn, agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent)
    start, done = threading.Barrier(2), {}

    def race(name, act):
        start.wait()
        try:
            done[name] = bool(act())
        except TooLateToUndo:
            done[name] = False
        finally:
            connection.close()

    both = {
        "undo": lambda: actions.undo_reply(message, actor=agent),
        "release": lambda: release(message),
    }
    threads = [threading.Thread(target=race, args=one) for one in both.items()]
    for thread in threads[:: 1 if turn % 2 else -1]:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(done.values()) == [False, True]
    assert names(ticket).count("ticket.staff_replied") == int(done["release"])
    assert Draft.objects.count() == int(done["undo"])


@pytest.mark.django_db(transaction=True)
def test_two_workers_release_it_once(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent)
    start, done = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            done.append(release(message))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(done) == [False, False, False, True]
    assert names(ticket).count("ticket.staff_replied") == 1


def test_a_worker_that_dies_in_between_leaves_it_to_the_sweep(agent, monkeypatch):
    ticket = make_ticket()
    message = send(ticket, actor=agent)

    def die(*_args, **_kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("tickets.actions.outbox.say_replied", die)
        with pytest.raises(SystemExit):
            release(message)
    message.refresh_from_db()
    assert message.kind == MessageKind.OUT
    assert actions.release_due(now=timezone.now() + SOON) == 1
    assert names(ticket).count("ticket.staff_replied") == 1


def test_one_reply_that_fails_does_not_keep_the_others_waiting(agent, monkeypatch):
    bad, good = send(make_ticket(), "bad", actor=agent), send(make_ticket(), "good", actor=agent)
    real = actions.outbox.say_replied

    def fail(ticket, message, **more):
        if message.pk == bad.pk:
            raise RuntimeError
        real(ticket, message, **more)

    monkeypatch.setattr("tickets.actions.outbox.say_replied", fail)
    assert actions.release_due(now=timezone.now() + SOON) == 1
    kinds = dict(Message.objects.values_list("pk", "kind"))
    assert kinds == {bad.pk: MessageKind.OUT, good.pk: MessageKind.REPLY}


def test_a_reply_too_long_for_a_resolution_is_refused_at_the_click(agent):
    with pytest.raises(TextMissing):
        send(make_ticket(), "x" * 20_001, actor=agent, set_status=Status.RESOLVED)


@pytest.mark.parametrize("fields", [{"held_at": timezone.now()}, {"hold_reason": "customer"}])
def test_the_database_refuses_a_hold_without_reason_or_moment(fields, agent):
    send(make_ticket(), actor=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outgoing.objects.update(**fields)


def test_the_database_refuses_a_customers_word_in_the_outbox(agent):
    message = send(make_ticket(), actor=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(is_from_customer=True)


def test_a_reply_of_somebody_who_left_can_be_taken_over(agent, manager, client_of):
    ticket = make_ticket()
    message = actions.send_reply(ticket, NewReply("Left behind"), actor=agent)
    url = f"/tickets/{ticket.pk}/replies/{message.pk}/undo/"
    assert "Take over" not in client_of(manager).get(ticket.get_absolute_url()).content.decode()
    assert client_of(manager).post(url).status_code == 403
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    assert "Take over" in client_of(manager).get(ticket.get_absolute_url()).content.decode()
    client_of(manager).post(url)
    draft = Draft.objects.get()
    assert (draft.user, draft.body) == (manager, "Left behind")
    assert not Outgoing.objects.exists()


def test_a_held_reply_of_somebody_who_left_is_not_sent_in_their_name(agent, manager):
    message = actions.send_reply(make_ticket(), NewReply("Left behind"), actor=agent)
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    message = Message.objects.get(pk=message.pk)
    with pytest.raises(NotYourReply):
        actions.send_held(message, seen=message.pk, actor=manager)


LATER = {"hours": 2}


def test_a_scheduled_reply_waits_when_a_colleague_answered_meanwhile(agent, manager):
    ticket = make_ticket()
    message = send(ticket, actor=agent, send_at=timezone.now() + timedelta(**LATER))
    actions.add_reply(ticket, "All is solved.", actor=manager)
    assert not release(message, after=timedelta(hours=3))
    assert Outgoing.objects.get(message=message).hold_reason == "colleague"


def test_a_scheduled_reply_waits_when_the_ticket_was_resolved_meanwhile(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent, send_at=timezone.now() + timedelta(**LATER))
    actions.resolve_ticket(ticket, "New fuser.", actor=agent)
    assert not release(message, after=timedelta(hours=3))
    assert Outgoing.objects.get(message=message).hold_reason == "resolved"


def test_ones_own_further_words_and_a_rules_hold_nothing(agent):
    ticket = make_ticket()
    message = send(ticket, actor=agent, send_at=timezone.now() + timedelta(**LATER))
    actions.add_reply(ticket, "And this.", actor=agent)
    assert release(message, after=timedelta(hours=3))
