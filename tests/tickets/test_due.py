"""A due date set by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import EventRecord
from tests.factories.promises import make_policy
from tests.factories.work import make_ticket
from tickets.actions import resolve_ticket
from tickets.actions.due import clear_due_date, set_due_date
from tickets.errors import DueDateRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme):
    make_policy()
    return make_ticket(acme)


@pytest.fixture
def tomorrow():
    return timezone.now().replace(microsecond=0) + timedelta(days=1)


def test_it_wins_over_what_is_computed_and_says_who_and_when(ticket, tomorrow, agent):
    set_due_date(ticket, tomorrow, actor=agent)
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_kind) == (tomorrow, "manual")
    assert (ticket.manual_due.set_by_name, ticket.manual_due.set_by) == ("Erin Agent", agent)
    assert EventRecord.objects.filter(name="ticket.due_date_set", subject_id=ticket.pk).count() == 1


def test_it_holds_while_the_clocks_are_paused(ticket, tomorrow, agent):
    from tickets.actions import change_status

    set_due_date(ticket, tomorrow, actor=agent)
    change_status(ticket, "waiting", actor=agent)
    ticket.refresh_from_db()
    assert ticket.due_at == tomorrow


def test_the_same_moment_again_changes_nothing(ticket, tomorrow, agent):
    set_due_date(ticket, tomorrow, actor=agent)
    set_due_date(ticket, tomorrow, actor=agent)
    assert EventRecord.objects.filter(name="ticket.due_date_set").count() == 1


def test_removed_the_computed_one_counts_again(ticket, tomorrow, agent):
    computed = ticket.due_at
    set_due_date(ticket, tomorrow, actor=agent)
    clear_due_date(ticket, actor=agent)
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_kind) == (computed, "first_reply")
    clear_due_date(ticket, actor=agent)
    assert EventRecord.objects.filter(name="ticket.due_date_cleared").count() == 1


def test_the_past_is_refused(ticket, agent):
    with pytest.raises(DueDateRefused) as refused:
        set_due_date(ticket, timezone.now() - timedelta(minutes=1), actor=agent)
    assert refused.value.field == "due_at"


def test_a_done_ticket_is_refused_and_owes_nothing(ticket, tomorrow, agent):
    set_due_date(ticket, tomorrow, actor=agent)
    resolve_ticket(ticket, "Done.", actor=agent)
    ticket.refresh_from_db()
    assert ticket.due_at is None
    with pytest.raises(DueDateRefused):
        set_due_date(ticket, tomorrow + timedelta(days=1), actor=agent)
