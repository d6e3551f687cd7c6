"""Moves between states: allowed, refused, recorded, held by the database."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import EventRecord
from tests.factories.work import make_ticket
from tickets import actions
from tickets.errors import MoveNotAllowed, ResolutionMissing
from tickets.models import MOVES, Status, Ticket

pytestmark = pytest.mark.django_db
ALL_MOVES = [(a, b) for a in Status for b in Status if a != b]


def names_of(ticket: Ticket) -> list[str]:
    rows = EventRecord.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk)
    return list(rows.order_by("id").values_list("name", flat=True))


@pytest.mark.parametrize(("before", "to"), ALL_MOVES)
def test_every_move_is_allowed_or_refused_as_the_table_says(before, to, agent):
    ticket = make_ticket(status=before, actor=agent)
    if to in MOVES[before]:
        moved = actions.change_status(ticket, to, actor=agent, resolution="Fixed.")
        assert moved.status == to
        return
    with pytest.raises(MoveNotAllowed):
        actions.change_status(ticket, to, actor=agent, resolution="Fixed.")
    ticket.refresh_from_db()
    assert ticket.status == before


def test_a_ticket_cannot_be_resolved_without_a_resolution(agent):
    ticket = make_ticket()
    for text in ["", "   ", "\x00\x01"]:
        with pytest.raises(ResolutionMissing):
            actions.resolve_ticket(ticket, text, actor=agent)


def test_the_database_refuses_resolved_without_a_resolution():
    ticket = make_ticket()
    with pytest.raises(IntegrityError, match="ticket_resolution_given"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=timezone.now())


def test_the_database_refuses_closed_at_on_a_live_ticket():
    ticket = make_ticket()
    with pytest.raises(IntegrityError, match="ticket_closed_at_iff_closed"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(closed_at=timezone.now())


def test_the_database_refuses_an_unknown_status():
    ticket = make_ticket()
    with pytest.raises(IntegrityError, match="ticket_status"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="pending")


def test_each_step_writes_one_event(agent):
    ticket = make_ticket(status=Status.CLOSED, actor=agent)
    assert names_of(ticket) == ["ticket.opened", "ticket.resolved", "ticket.closed"]


def test_reopening_clears_the_resolution(agent):
    ticket = actions.reopen_ticket(make_ticket(status=Status.RESOLVED), actor=agent)
    assert (ticket.status, ticket.resolution, ticket.resolved_at) == ("open", "", None)


def test_what_fixed_it_once_stays_readable_after_reopening(agent, carol):
    ticket = make_ticket(status=Status.IN_PROGRESS)
    actions.resolve_ticket(ticket, "Replaced fuse F12.", actor=agent)
    actions.add_reply(ticket, "Still broken.", actor=carol, from_customer=True)
    ticket.refresh_from_db()
    kept = ticket.messages.get(body="Replaced fuse F12.")
    assert ticket.resolution == ""
    assert (kept.author, kept.is_from_customer) == (agent, False)


def test_a_reply_that_resolved_is_not_kept_twice(agent):
    ticket = make_ticket()
    actions.add_reply(ticket, "Restart it.", actor=agent, set_status=Status.RESOLVED)
    actions.reopen_ticket(ticket, actor=agent)
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("door", ["status/", "properties/status/"])
def test_a_technician_does_not_close_for_good_what_they_resolved(door, alice, agent, client):
    ticket = make_ticket(technician=alice.technician, status=Status.RESOLVED, actor=agent)
    words = {"to": "closed", "value": "closed", "was": "resolved"}
    client.force_login(alice)
    client.post(f"/tickets/{ticket.pk}/{door}", words)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    client.force_login(agent)
    client.post(f"/tickets/{ticket.pk}/{door}", words)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
