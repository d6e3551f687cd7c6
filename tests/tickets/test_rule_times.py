"""Rules of time: once on a ticket until it stops matching, whatever was missed."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.people import make_customer
from tests.factories.rules import make_rule
from tests.factories.work import make_ticket
from tickets import actions, rule_times
from tickets.models import DeskSettings, Message, RuleMatch, RuleRun, Ticket
from tickets.rule_times import run_due

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def by_hand(db: None) -> None:
    """Nobody is assigned but by rules."""
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=False)


def remind(**fields):
    """Ask again after three days without an answer."""
    usual = {
        "conditions": {"status": ["waiting"], "staff_hours": ["72"]},
        "deeds": {"reply": "Is it solved?"},
    }
    return make_rule("Remind", "time", **(usual | fields))


def wait(ticket: Ticket, days: int) -> None:
    """Let what was written be so old."""
    past = timezone.now() - timedelta(days=days)
    Message.objects.filter(ticket=ticket).update(created_at=past)


def waiting(customer, agent) -> Ticket:
    ticket = make_ticket(customer, status="waiting")
    actions.add_reply(ticket, "Which model is it?", actor=agent)
    return ticket


def test_it_runs_once_while_the_ticket_matches(acme, agent):
    remind()
    ticket, now = waiting(acme, agent), timezone.now()
    assert run_due(now=now) == 0
    wait(ticket, 4)
    assert run_due(now=now + LATER) == 1
    assert run_due(now=now + 2 * LATER) == 0
    assert ticket.messages.filter(is_automatic=True).count() == 1


def test_it_runs_again_after_it_stopped_matching(acme, agent):
    remind()
    ticket, now = waiting(acme, agent), timezone.now()
    wait(ticket, 4)
    assert run_due(now=now) == 1
    actions.add_reply(ticket, "Any news?", actor=agent)
    assert run_due(now=now + LATER) == 0
    assert not RuleMatch.objects.exists()
    wait(ticket, 4)
    assert run_due(now=now + 2 * LATER) == 1


def test_missed_checks_are_made_once(acme):
    make_rule(trigger="time", deeds={"reply": "Still there."})
    make_ticket(acme)
    now = timezone.now()
    assert run_due(now=now) == 1
    assert run_due(now=now + timedelta(days=3)) == 0
    assert run_due(now=now + timedelta(days=3, minutes=4)) == 0
    assert RuleRun.objects.count() == 1


def test_it_looks_as_often_as_it_says(acme):
    make_rule(trigger="time", every_minutes=60)
    now = timezone.now()
    run_due(now=now)
    make_ticket(acme)
    assert run_due(now=now + timedelta(minutes=59)) == 0
    assert run_due(now=now + timedelta(minutes=61)) == 1


def test_one_that_fails_is_not_tried_each_time(acme):
    make_rule(trigger="time", deeds={"status": "closed"})
    make_ticket(acme)
    now = timezone.now()
    run_due(now=now)
    run_due(now=now + LATER)
    assert list(RuleRun.objects.values_list("state", flat=True)) == ["failed"]


def test_more_than_a_batch(acme, monkeypatch):
    monkeypatch.setattr(rule_times, "BATCH", 2)
    monkeypatch.setattr(rule_times, "BATCHES", 2)
    make_rule(trigger="time")
    for _number in range(5):
        make_ticket(acme)
    now = timezone.now()
    assert run_due(now=now) == 4
    assert run_due(now=now + timedelta(minutes=1)) == 1


def test_tickets_of_an_earlier_one_that_stops_are_left_to_it(acme):
    make_rule("First", "time", stops=True, conditions={"text": ["jam"]}, deeds={"priority": "2"})
    make_rule("Second", "time")
    jam, other = make_ticket(acme, subject="A jam"), make_ticket(acme, description="Broken")
    Ticket.objects.filter(pk=other.pk).update(subject="Other")
    run_due()
    jam.refresh_from_db()
    other.refresh_from_db()
    assert (jam.priority, other.priority) == (2, 1)


def test_flapping_ends_after_some_runs_a_day(acme, agent):
    make_rule(trigger="time", conditions={"priority": ["3"]})
    ticket, now = make_ticket(acme), timezone.now()
    for number in range(8):
        run_due(now=now + number * 2 * LATER)
        actions.edit_ticket(ticket, {"priority": 3}, actor=agent)
        run_due(now=now + number * 2 * LATER + LATER)
        Ticket.objects.filter(pk=ticket.pk).update(priority=2)
        run_due(now=now + number * 2 * LATER + 2 * LATER)
        Ticket.objects.filter(pk=ticket.pk).update(priority=3)
    assert RuleRun.objects.filter(state="done").count() == 5


def test_closed_tickets_are_left_alone(acme):
    make_rule(trigger="time")
    make_ticket(acme, status="closed")
    assert run_due() == 0


def test_one_that_looks_too_long_says_so(acme, monkeypatch):
    rule = make_rule(trigger="time")
    slow = Ticket.objects.extra(where=["pg_sleep(1) IS NOT NULL"])
    make_ticket(acme)
    monkeypatch.setattr(rule_times, "matching", lambda _rule, _now: slow)
    monkeypatch.setattr(rule_times.within_time, "__defaults__", (50,))
    assert run_due() == 0
    rule.refresh_from_db()
    assert "took too long" in rule.problem


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_run():
    make_rule(trigger="time", deeds={"reply": "Still there."})
    ticket, now = make_ticket(make_customer()), timezone.now()
    together, made = Barrier(2), []

    def work() -> None:
        together.wait(timeout=10)
        try:
            made.append(run_due(now=now))
        finally:
            connection.close()

    threads = [Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(made) == [0, 1]
    assert ticket.messages.filter(is_automatic=True).count() == 1
