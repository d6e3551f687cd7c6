"""Tickets that nobody fitted are tried again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import EventRecord
from tests.factories.people import make_technician
from tests.factories.work import make_category, make_ticket
from tickets import actions
from tickets.models import DeskSettings, Priority, Ticket
from tickets.tasks import retry_assignments

pytestmark = pytest.mark.django_db


def nobody_for(customer, **fields):
    """A ticket for which nobody was found."""
    ticket = make_ticket(customer, **fields)
    assert actions.auto_assign(ticket).technician is None
    return ticket


def later(minutes=6):
    return timezone.now() + timedelta(minutes=minutes)


def test_somebody_who_came_since_gets_the_ticket(acme):
    ticket = nobody_for(acme)
    someone = make_technician()
    assert actions.retry_assignments(now=later()) == 1
    ticket.refresh_from_db()
    assert ticket.technician == someone
    assert EventRecord.objects.get(name="ticket.assigned").payload["is_automatic"] is True
    assert not ticket.decisions.exclude(retry_at=None).exists()


def test_nothing_before_its_time(acme):
    nobody_for(acme)
    make_technician()
    assert actions.retry_assignments(now=later(4)) == 0


def test_each_failed_try_waits_longer_and_at_most_an_hour(acme):
    ticket, now, waits = nobody_for(acme), later(), []
    for _ in range(6):
        actions.retry_assignments(now=now)
        decision = ticket.decisions.get()
        waits.append((decision.retry_at - now).total_seconds() / 60)
        now = decision.retry_at
    assert waits == [10, 20, 40, 60, 60, 60]


def test_the_desk_is_told_once(acme):
    ticket = nobody_for(acme)
    actions.retry_assignments(now=later())
    assert ticket.decisions.get().tries == 2
    assert EventRecord.objects.filter(name="ticket.no_technician_found").count() == 1


def test_the_most_urgent_then_the_oldest_come_first(acme):
    tickets = [nobody_for(acme), nobody_for(acme), nobody_for(acme, priority=Priority.URGENT)]
    make_technician(daily_capacity=3)
    for expected in (tickets[2], tickets[0], tickets[1]):
        assert actions.retry_assignments(now=later(), batch=1) == 1
        expected.refresh_from_db()
        assert expected.technician


@pytest.mark.parametrize("switch", ["desk", "category"])
def test_not_where_assigning_by_itself_is_off(switch, acme):
    nobody_for(acme, category=make_category(auto_assign=switch != "category"))
    make_technician()
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=switch != "desk")
    assert actions.retry_assignments(now=later()) == 0


def test_who_declined_is_passed_over(acme, alice):
    ticket = make_ticket(acme, technician=alice.technician)
    actions.decline_job(ticket, "On leave", actor=alice)
    decision = actions.auto_assign(ticket)
    assert decision.technician is None
    assert decision.ranking[0]["excluded"] == "declined this ticket"
    actions.retry_assignments(now=later())
    ticket.refresh_from_db()
    assert ticket.technician is None


def test_what_a_person_took_away_again_stays_theirs_to_give(acme, agent):
    ticket = nobody_for(acme)
    actions.assign_ticket(ticket, make_technician(), actor=agent)
    actions.unassign_ticket(ticket, actor=agent)
    assert actions.retry_assignments(now=later()) == 0


def test_a_ticket_on_hold_asks_for_nobody(acme, agent):
    actions.change_status(nobody_for(acme), "on_hold", actor=agent)
    make_technician()
    assert actions.retry_assignments(now=later()) == 0


def test_a_try_that_breaks_is_put_off_so_others_get_their_turn(acme, monkeypatch):
    ticket = nobody_for(acme)

    def broken(ticket):
        raise RuntimeError("broken")

    monkeypatch.setattr("tickets.actions.retrying.auto_assign", broken)
    with pytest.raises(RuntimeError):
        actions.retry_assignments(now=later())
    assert ticket.decisions.get().tries == 2


def test_the_beat_entry_tries_what_is_due(acme):
    ticket = nobody_for(acme)
    make_technician()
    ticket.decisions.update(retry_at=timezone.now())
    assert retry_assignments() == 1
    assert Ticket.objects.get().technician


def test_the_database_keeps_one_waiting_choice_a_ticket(acme):
    ticket = nobody_for(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        ticket.decisions.create(retry_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ticket.decisions.update(technician=make_technician())
