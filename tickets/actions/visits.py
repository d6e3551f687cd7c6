"""Booking a visit, moving it and calling it off."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.events import record
from core.text import one_line
from technicians.actions import book, cancel_booking
from technicians.models import Booking, Technician
from tickets.actions.assignment import choose_technician
from tickets.actions.lifecycle import say_cancelled
from tickets.actions.opening import lock, save, touch
from tickets.errors import (
    NoVisitsByTechnician,
    VisitChanged,
    VisitDuringTimeOff,
    VisitInThePast,
    VisitOfDoneTicket,
    VisitTooFarAhead,
)
from tickets.events import VisitBooked
from tickets.models import Ticket

FURTHEST = timedelta(days=366)


@transaction.atomic
def book_visit(
    ticket: Ticket, technician: Technician, starts_at: datetime, minutes: int, *, actor: Any
) -> Ticket:
    """Book the technician, who gets the ticket too; a visit booked before is given back.

    minutes: > 0. Outside working hours is allowed: people agree on evenings. Raises SlotTaken,
    and the Visit… errors; VisitChanged when the given ticket shows another visit than the stored.
    """
    seen, ticket = ticket.booking_id, lock(ticket)
    if ticket.booking_id != seen:
        raise VisitChanged
    if not ticket.is_live:
        raise VisitOfDoneTicket
    _check_time(starts_at)
    ends_at = starts_at + timedelta(minutes=minutes)
    _check_technician(technician, starts_at, ends_at)
    _give_back(ticket)
    if ticket.technician_id != technician.pk:
        ticket = choose_technician(ticket, technician, actor=actor)
    purpose = one_line(f"{ticket.reference} {ticket.subject}")
    ticket.booking = book(technician, starts_at, ends_at, purpose, actor=actor)
    # Nobody is on the way to, or at work on, a visit still to come: the phone begins there again.
    ticket.on_my_way_at = ticket.started_at = None
    touch(ticket)
    save(ticket, "booking", "on_my_way_at", "started_at", "touched_at")
    record(
        VisitBooked(
            technician_id=technician.pk,
            technician_name=str(technician),
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
        ),
        subject=ticket,
        actor=actor,
    )
    return ticket


@transaction.atomic
def cancel_visit(ticket: Ticket, *, actor: Any) -> Ticket:
    """Call the visit off; the technician keeps the ticket. Without one nothing happens.

    Raises VisitChanged when the given ticket shows another visit than the stored.
    """
    seen, ticket = ticket.booking_id, lock(ticket)
    if ticket.booking_id != seen:
        raise VisitChanged
    visit = ticket.booking
    if visit is None:
        return ticket
    _give_back(ticket)
    touch(ticket)
    save(ticket, "booking", "touched_at")
    say_cancelled(ticket, visit, actor=actor)
    return ticket


def _check_time(starts_at: datetime) -> None:
    now = timezone.now()
    if starts_at <= now:
        raise VisitInThePast
    if starts_at > now + FURTHEST:
        raise VisitTooFarAhead


def _check_technician(technician: Technician, starts_at: datetime, ends_at: datetime) -> None:
    """Refuse who makes no visits or is off then. The lock keeps a time off from coming between."""
    technician = (
        Technician.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=technician.pk)
    )
    goes_out = technician.is_dispatched and technician.works_in_field
    if not goes_out or not technician.user.is_active:
        raise NoVisitsByTechnician
    if technician.time_off.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise VisitDuringTimeOff


def _give_back(ticket: Ticket) -> None:
    """Free the time of the present visit, unless it is over or took place."""
    visit: Booking | None = ticket.booking
    ticket.booking = None
    if visit and visit.ends_at > timezone.now() and ticket.started_at is None:
        cancel_booking(visit, actor=None)
