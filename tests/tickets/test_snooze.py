"""Snoozing: out of sight until a moment, back by itself, by a colleague, or by the customer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import EventRecord
from notifications.models import Notification
from tests.factories.people import make_technician
from tests.factories.work import make_ticket
from tickets import actions, queue
from tickets.actions.snoozing import snooze_ticket, wake_due, wake_ticket
from tickets.errors import SnoozeRefused
from tickets.models import Status, Ticket
from tickets.snooze_choices import moment_of_choice
from tickets.tasks import wake_snoozed

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=1)


def snoozed(ticket, agent, *, after=SOON, status=Status.ON_HOLD, opens=True):
    until = timezone.now() + after
    return snooze_ticket(ticket, until, status=status, opens=opens, actor=agent)


def later(after=SOON):
    return timezone.now() + after + timedelta(seconds=1)


def slugs(ticket, user):
    """Views that show the ticket."""
    visible = Ticket.objects.visible_to(user).filter(pk=ticket.pk)
    return {slug for slug, view in queue.VIEWS.items() if view.narrow(visible, user).exists()}


def events(ticket, name):
    return EventRecord.objects.filter(subject_id=ticket.pk, name=f"ticket.{name}").count()


def test_it_leaves_the_live_views_and_stands_in_its_own(acme, agent):
    ticket = make_ticket(acme)
    before = slugs(ticket, agent)
    snoozed(ticket, agent)
    assert before == {"open", "unassigned", "all"}
    assert slugs(ticket, agent) == {"snoozed", "all"}


def test_a_promise_that_is_missed_is_not_hidden(acme, agent):
    ticket = snoozed(make_ticket(acme), agent)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=timezone.now() - SOON)
    assert "overdue" in slugs(ticket, agent)


@pytest.mark.parametrize(("opens", "status"), [(True, Status.OPEN), (False, Status.ON_HOLD)])
def test_it_comes_back_once_however_late(acme, agent, opens, status):
    ticket = snoozed(make_ticket(acme), agent, opens=opens)
    assert wake_due(now=timezone.now()) == 0
    assert [wake_due(now=later(timedelta(days=9))) for _run in range(2)] == [1, 0]
    ticket.refresh_from_db()
    assert (ticket.wakes_at, ticket.wakes_open, ticket.status) == (None, False, status)
    assert events(ticket, "snooze_ended") == 1


def test_the_task_brings_back_what_is_due(acme, agent):
    ticket = snoozed(make_ticket(acme), agent)
    Ticket.objects.filter(pk=ticket.pk).update(wakes_at=timezone.now() - SOON)
    assert wake_snoozed() == 1


def test_whoever_has_it_is_told(acme, agent, django_capture_on_commit_callbacks):
    technician = make_technician()
    ticket = actions.choose_technician(make_ticket(acme), technician, actor=agent)
    snoozed(ticket, agent)
    with django_capture_on_commit_callbacks(execute=True):
        wake_due(now=later())
    told = Notification.objects.filter(event__name="ticket.snooze_ended")
    assert {row.user for row in told} == {technician.user}


def test_the_customers_word_wakes_it_at_once(acme, carol, agent):
    ticket = snoozed(make_ticket(acme), agent)
    actions.add_reply(ticket, "Any news?", actor=carol, from_customer=True)
    ticket.refresh_from_db()
    assert (ticket.wakes_at, ticket.status) == (None, Status.OPEN)
    assert wake_due(now=later()) == 0


def test_a_note_leaves_it_asleep(acme, agent):
    ticket = snoozed(make_ticket(acme), agent)
    actions.add_note(ticket, "The part comes on Friday.", actor=agent)
    ticket.refresh_from_db()
    assert ticket.wakes_at is not None


@pytest.mark.parametrize("to", [Status.IN_PROGRESS, Status.OPEN, Status.RESOLVED])
def test_leaving_the_state_ends_it(acme, agent, to):
    ticket = snoozed(make_ticket(acme), agent)
    actions.change_status(ticket, to, actor=agent, resolution="Fixed.")
    ticket.refresh_from_db()
    assert (ticket.wakes_at, ticket.wakes_open) == (None, False)


def test_waiting_for_somebody_else_instead_keeps_it(acme, agent):
    ticket = snoozed(make_ticket(acme), agent)
    actions.change_status(ticket, Status.WAITING, actor=agent)
    ticket.refresh_from_db()
    assert ticket.wakes_at is not None


def test_again_moves_the_moment(acme, agent):
    ticket = snoozed(make_ticket(acme), agent)
    snoozed(ticket, agent, after=timedelta(days=3), opens=False)
    ticket.refresh_from_db()
    assert ticket.wakes_at > timezone.now() + timedelta(days=2)
    assert not ticket.wakes_open


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_a_moment_that_cannot_be_is_refused(acme, agent, after):
    ticket = make_ticket(acme)
    with pytest.raises(SnoozeRefused):
        snoozed(ticket, agent, after=after)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_the_database_refuses_a_snooze_of_what_waits_for_nobody(acme):
    ticket = make_ticket(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(wakes_at=timezone.now())


def test_a_merge_ends_it_and_undoing_the_merge_brings_it_back(acme, agent):
    source, into = snoozed(make_ticket(acme), agent), make_ticket(acme)
    actions.merge_tickets(source, into, requester=None, actor=agent)
    source.refresh_from_db()
    assert source.wakes_at is None
    actions.undo_merge(source, actor=agent)
    source.refresh_from_db()
    assert source.wakes_at is not None


def test_waking_twice_is_waking_once(acme, agent):
    ticket = snoozed(make_ticket(acme), agent)
    for _time in range(2):
        ticket = wake_ticket(ticket, actor=agent)
    assert ticket.status == Status.OPEN
    assert events(ticket, "snooze_ended") == 1


@pytest.mark.parametrize(
    ("choice", "now", "then"),
    [
        ("tomorrow", datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("monday", datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("monday", datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("week", datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
         datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        # The reader's morning, not ours; and the clocks of London go back that night.
        ("tomorrow", datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_quick_choices_by_the_readers_clock(choice, now, then):
    with timezone.override("Europe/London"):
        assert moment_of_choice(choice, now) == then


def test_the_page_snoozes_and_shows_it(acme, agent, client_of):
    ticket, client = make_ticket(acme), client_of(agent)
    url = f"/tickets/{ticket.pk}/"
    client.post(f"{url}snooze/", {"choice": "week", "status": "waiting", "opens": "on"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.wakes_open) == (Status.WAITING, True)
    assert "Snoozed until" in client.get(url).content.decode()
    client.post(f"{url}wake/")
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_what_was_typed_stays_beside_the_error(acme, agent, client_of):
    ticket = make_ticket(acme)
    data = {"until": "2001-01-01T10:00", "status": "on_hold"}
    page = client_of(agent).post(f"/tickets/{ticket.pk}/snooze/", data)
    assert page.status_code == 422
    assert "Choose a moment between now" in page.content.decode()
    assert "2001-01-01T10:00" in page.content.decode()


def test_no_moment_at_all_is_asked_for(acme, agent, client_of):
    ticket = make_ticket(acme)
    page = client_of(agent).post(f"/tickets/{ticket.pk}/snooze/", {"status": "on_hold"})
    assert page.status_code == 422
    assert "Choose a moment." in page.content.decode()


def test_a_done_ticket_is_not_snoozed(acme, agent, client_of):
    ticket = make_ticket(acme)
    actions.resolve_ticket(ticket, "Fixed.", actor=agent)
    assert client_of(agent).post(f"/tickets/{ticket.pk}/snooze/", {}).status_code == 403


def test_the_page_sends_nothing_beside_the_button_that_was_pressed(agent, client_of):
    ticket = make_ticket()
    page = client_of(agent).get(f"/tickets/{ticket.pk}/snooze/").content.decode()
    assert page.count('name="choice"') == 3
    assert '<input type="hidden" name="choice"' not in page
