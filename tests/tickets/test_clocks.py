"""What happens to a ticket moves its clocks, in the same transaction."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.promises import make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions.clocks import refresh_clocks
from tickets.models import SlaPolicy, Ticket, TicketClock

pytestmark = pytest.mark.django_db


def clocks(ticket: Ticket) -> dict[str, TicketClock]:
    """The latest clock of each kind."""
    return {row.kind: row for row in ticket.clocks.order_by("number")}


def minutes_from(ticket: Ticket, moment: datetime | None) -> int | None:
    """Whole minutes after the opening."""
    return None if moment is None else round((moment - ticket.opened_at).total_seconds() / 60)


@pytest.fixture
def policy(db) -> SlaPolicy:
    return make_policy()


@pytest.fixture
def ticket(policy, acme) -> Ticket:
    return make_ticket(acme, opened_at=timezone.now() - timedelta(minutes=20))


def test_a_new_ticket_owes_a_first_reply(ticket):
    assert (minutes_from(ticket, ticket.due_at), ticket.due_kind) == (60, "first_reply")


def test_the_database_holds_what_the_action_returned(ticket):
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.due_at, stored.due_kind) == (ticket.due_at, "first_reply")


def test_without_a_policy_nothing_is_due(acme):
    ticket = make_ticket(acme)
    assert (ticket.due_at, ticket.due_kind, ticket.clocks.count()) == (None, "", 0)


def test_a_reply_keeps_the_first_promise_and_leaves_the_fix(ticket, agent):
    actions.add_reply(ticket, "On it.", actor=agent)
    ticket.refresh_from_db()
    assert clocks(ticket)["first_reply"].state == "met"
    assert (minutes_from(ticket, ticket.due_at), ticket.due_kind) == (480, "resolution")


def test_a_note_answers_nobody(ticket, agent):
    actions.add_note(ticket, "Third time.", actor=agent)
    ticket.refresh_from_db()
    assert (clocks(ticket)["first_reply"].met_at, ticket.due_kind) == (None, "first_reply")


def test_the_customer_waits_again(ticket, agent, carol):
    actions.add_reply(ticket, "Which tray?", actor=agent)
    actions.add_reply(ticket, "The lower one.", actor=carol, from_customer=True)
    waiting = clocks(ticket)["next_reply"]
    # What was written in the second of the reply counts as answered by it.
    assert waiting.number == 1
    assert waiting.started_at is None or waiting.state == "running"


def test_each_wait_is_a_clock_of_its_own(ticket, agent, carol):
    now = timezone.now()
    for minute, from_customer in ((-15, False), (-14, True), (-10, False), (-5, True)):
        message = actions.add_reply(
            ticket, "Words.", actor=carol if from_customer else agent, from_customer=from_customer
        )
        type(message).objects.filter(pk=message.pk).update(
            created_at=now + timedelta(minutes=minute)
        )
    refresh_clocks(Ticket.objects.get(pk=ticket.pk))
    waits = ticket.clocks.filter(kind="next_reply").order_by("number")
    assert [row.state for row in waits] == ["met", "running"]
    ticket.refresh_from_db()
    assert (minutes_from(ticket, ticket.due_at), ticket.due_kind) == (15 + 120, "next_reply")


def test_waiting_pauses(ticket, agent):
    actions.change_status(ticket, "waiting", actor=agent)
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_kind) == (None, "")
    assert {row.state for row in ticket.clocks.exclude(kind="next_reply")} == {"paused"}


def test_on_hold_pauses_only_where_the_policy_says_so(ticket, agent):
    actions.change_status(ticket, "on_hold", actor=agent)
    ticket.refresh_from_db()
    assert ticket.due_kind == "first_reply"


def test_an_answer_and_a_pause_in_one_save_keep_the_first_promise(ticket, agent):
    actions.add_reply(ticket, "Please try it.", actor=agent, set_status="waiting")
    first = clocks(ticket)["first_reply"]
    ticket.refresh_from_db()
    assert (first.state, minutes_from(ticket, first.due_at), ticket.due_at) == ("met", 60, None)


def test_resolved_owes_nothing_and_reopened_goes_on(ticket, agent, carol):
    actions.resolve_ticket(ticket, "Replaced the roller.", actor=agent)
    ticket.refresh_from_db()
    assert (ticket.due_at, clocks(ticket)["resolution"].state) == (None, "met")
    actions.reopen_ticket(ticket, actor=carol, by_customer=True)
    fix = clocks(ticket)["resolution"]
    assert (fix.state, fix.met_at) == ("running", None)
    assert minutes_from(ticket, fix.due_at) == 480


def test_closed_without_an_answer_owes_nothing(ticket, carol):
    actions.resolve_ticket(ticket, "It works.", actor=carol, by_customer=True)
    actions.close_ticket(ticket, actor=carol, by_customer=True)
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_a_call_answers_by_itself(policy, acme, agent):
    ticket = make_ticket(acme, channel="phone", actor=agent)
    assert (clocks(ticket)["first_reply"].state, ticket.due_kind) == ("met", "resolution")


def test_the_first_policy_that_fits_counts(acme, globex, category):
    calm = {"first_reply_minutes": 600, "resolution_minutes": 6000}
    make_policy("Everybody", is_default=True, **calm)
    make_policy("Printers of Acme", categories=[category], customers=[acme])
    make_policy("Urgent", priorities=[1], first_reply_minutes=15)
    chosen = [
        make_ticket(acme, category=category, priority=1),
        make_ticket(acme, priority=1),
        make_ticket(globex, category=category),
    ]
    names = [ticket.clocks.first().policy.name for ticket in chosen]
    assert names == ["Printers of Acme", "Urgent", "Everybody"]


def test_another_priority_is_another_promise_from_the_same_beginning(ticket, agent):
    make_policy("Urgent", priorities=[1], first_reply_minutes=30)
    SlaPolicy.objects.filter(name="Standard").update(priorities=[2, 3, 4])
    actions.edit_ticket(ticket, {"priority": 1}, actor=agent)
    ticket.refresh_from_db()
    assert minutes_from(ticket, ticket.due_at) == 30
    assert clocks(ticket)["first_reply"].policy.name == "Urgent"


def test_another_category_is_another_promise(ticket, agent, category):
    SlaPolicy.objects.all()[0].categories.add(category)
    actions.edit_ticket(ticket, {"category": category}, actor=agent)
    ticket.refresh_from_db()
    assert ticket.due_kind == "first_reply"
    actions.edit_ticket(ticket, {"category": None}, actor=agent)
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.clocks.count()) == (None, 0)


def test_computing_again_changes_nothing(ticket, agent):
    actions.add_reply(ticket, "On it.", actor=agent, set_status="waiting")
    now = timezone.now()
    ticket = Ticket.objects.get(pk=ticket.pk)
    refresh_clocks(ticket, now=now)
    before = list(TicketClock.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as asked:
        refresh_clocks(Ticket.objects.get(pk=ticket.pk), now=now)
    assert list(TicketClock.objects.order_by("pk").values()) == before
    assert not [row for row in asked if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_stored_segments_add_up_to_what_was_used(ticket, agent):
    actions.add_reply(ticket, "On it.", actor=agent, set_status="waiting")
    for row in ticket.clocks.all():
        counted = sum(over - begins for begins, over, kind, _ in row.segments if kind == "counted")
        assert counted == row.used_seconds


def test_breach_is_by_the_clock_on_the_wall(ticket):
    row = clocks(ticket)["first_reply"]
    late = row.due_at + timedelta(seconds=1)
    assert (row.is_breached(row.due_at), row.is_breached(late)) == (False, True)
    assert TicketClock.objects.breached(now=late).get() == row


def test_an_import_is_promised_from_the_import_on(policy, acme, admin):
    old = actions.OldTicket(
        external_id="OLD-1", opened_at=datetime(2020, 1, 1, tzinfo=UTC),
        requester_email="office@acme.test", requester_name="Carol", subject="Old", description="x",
    )  # fmt: skip
    ticket = actions.import_ticket(old, actor=admin)
    assert ticket.due_at is not None
    assert abs(ticket.due_at - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_reply_costs_a_bounded_number_of_queries(ticket, agent, carol):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            refresh_clocks(Ticket.objects.get(pk=ticket.pk))
        return len(asked)

    few = cost()
    for _number in range(10):
        actions.add_reply(ticket, "More.", actor=carol, from_customer=True)
    assert cost() <= few <= 9
