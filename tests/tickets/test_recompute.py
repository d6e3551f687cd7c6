"""Open tickets are computed again when a policy or a calendar changes."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from calendars.actions import make_default_calendar, set_calendar_hours
from core.events import sweep
from tests.factories.promises import ALWAYS, make_calendar, make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import recomputing
from tickets.actions.policies import change_policy, delete_policy
from tickets.actions.recomputing import (
    recompute_batch,
    recompute_open_tickets,
    request_recompute,
)
from tickets.models import ClockRun, Ticket

pytestmark = pytest.mark.django_db


def settle() -> None:
    """Let the subscribers run, and then the worker."""
    sweep()
    recompute_open_tickets()


def due_minutes(ticket: Ticket) -> int:
    ticket.refresh_from_db()
    return round((ticket.due_at - ticket.opened_at).total_seconds() / 60)


def test_a_changed_target_moves_the_due_time(acme):
    policy, ticket = make_policy(), make_ticket(acme)
    change_policy(policy, {"first_reply_minutes": 90}, actor=None)
    assert due_minutes(ticket) == 60
    settle()
    assert due_minutes(ticket) == 90


def test_a_deleted_policy_takes_its_promise_along(acme):
    policy, ticket = make_policy(), make_ticket(acme)
    delete_policy(policy, actor=None)
    settle()
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.clocks.count()) == (None, 0)


def test_other_hours_move_the_due_time(acme):
    calendar = make_calendar("Shop", ALWAYS)
    make_policy(calendar=calendar)
    ticket = make_ticket(acme)
    before = ticket.due_at
    weekday = (ticket.opened_at.weekday() + 2) % 7
    set_calendar_hours(calendar, [(weekday, 540, 1020)], actor=None)
    settle()
    ticket.refresh_from_db()
    assert ticket.due_at > before + timedelta(hours=12)
    assert ticket.due_at.weekday() == weekday


def test_another_default_calendar_counts_where_none_is_named(acme):
    make_policy(calendar=None)
    ticket = make_ticket(acme)
    weekday = (ticket.opened_at.weekday() + 2) % 7
    make_default_calendar(make_calendar("One day", [(weekday, 540, 1020)]), actor=None)
    settle()
    ticket.refresh_from_db()
    assert ticket.due_at.weekday() == weekday


def test_done_tickets_stay_as_they_were(acme, agent):
    policy = make_policy()
    ticket = actions.resolve_ticket(make_ticket(acme), "Done.", actor=agent)
    change_policy(policy, {"first_reply_minutes": 5}, actor=None)
    settle()
    assert set(
        ticket.clocks.filter(kind="first_reply").values_list("target_minutes", flat=True)
    ) == {60}


def test_the_run_counts_and_ends(acme, monkeypatch):
    make_policy()
    for _number in range(5):
        make_ticket(acme)
    sweep()
    ClockRun.objects.all().delete()
    monkeypatch.setattr(recomputing, "BATCH", 2)
    run = request_recompute("hours of the calendar changed")
    assert (recompute_batch(), recompute_batch()) == (2, 2)
    run.refresh_from_db()
    assert (run.total, run.done, run.percent, run.finished_at) == (5, 4, 80, None)
    assert recompute_open_tickets() == 1
    run.refresh_from_db()
    assert (run.done, run.finished_at is not None) == (5, True)
    assert recompute_batch() is None


def test_a_change_meanwhile_starts_the_same_run_over(acme, monkeypatch):
    make_policy()
    make_ticket(acme)
    sweep()
    ClockRun.objects.all().delete()
    first = request_recompute("one")
    recompute_batch()
    second = request_recompute("two")
    assert (first.pk, second.done, second.last_id, ClockRun.objects.count()) == (second.pk, 0, 0, 1)


def test_the_database_knows_only_one_run_under_way():
    ClockRun.objects.create(reason="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockRun.objects.create(reason="two")


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_run(monkeypatch):
    monkeypatch.setattr(recomputing, "ring", lambda name: None)  # nobody ends the run meanwhile
    start = threading.Barrier(2)

    def work() -> None:
        try:
            start.wait()
            request_recompute("both")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ClockRun.objects.filter(finished_at=None).count() == 1
