"""Moves between states. MOVES in models.py is the only table; every move goes through _move."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import EventRecord
from core.text import clean_text
from technicians.actions import cancel_booking
from technicians.models import Booking
from tickets.actions.clocks import record
from tickets.actions.custom import fill_fields, require_fields
from tickets.actions.drafts import drop_drafts
from tickets.actions.opening import NO_VALUES, lock, save, touch
from tickets.errors import MoveNotAllowed, ResolutionMissing, ResolutionTooLong
from tickets.events import (
    StatusChanged,
    TicketClosed,
    TicketReopened,
    TicketResolved,
    VisitCancelled,
)
from tickets.models import MOVES, PENDING, Message, MessageKind, Status, Ticket
from tickets.models.ticket import RESOLUTION_LENGTH

MOVED = ("status", "wakes_at", "wakes_open", "close_warned_at")  # what a move may change
JOB_STEPS = ("accepted_at", "on_my_way_at", "started_at")


@transaction.atomic
def change_status(
    ticket: Ticket,
    to: str,
    *,
    actor: Any,
    resolution: str = "",
    custom: Mapping[str, Any] = NO_VALUES,
) -> Ticket:
    """Move to a state along MOVES. Resolving, closing and reopening go to their own actions.

    Raises MoveNotAllowed, and ResolutionMissing when resolving without a text.
    """
    if to == Status.RESOLVED:
        return resolve_ticket(ticket, resolution, actor=actor, custom=custom)
    if to == Status.CLOSED:
        return close_ticket(ticket, actor=actor)
    ticket = lock(ticket)
    if ticket.status == Status.RESOLVED and to == Status.OPEN:
        return reopen_ticket(ticket, actor=actor)
    before = _move(ticket, Status(to))
    touch(ticket)
    save(ticket, *MOVED, "touched_at")
    record(_changed(before, Status(to)), subject=ticket, actor=actor)
    return ticket


@transaction.atomic
def resolve_ticket(
    ticket: Ticket,
    resolution: str,
    *,
    actor: Any,
    by_customer: bool = False,
    custom: Mapping[str, Any] = NO_VALUES,
) -> Ticket:
    """Say what fixed it. The booking, if any, is given back.

    custom: values of custom fields, filled in first. Raises ResolutionMissing, ResolutionTooLong,
    MoveNotAllowed for a done ticket, and CustomValueRefused while a needed field is empty;
    a customer who says that it works is not held up by fields of the desk.
    """
    text = clean_text(resolution).strip()
    if not text:
        raise ResolutionMissing
    if len(text) > RESOLUTION_LENGTH:
        raise ResolutionTooLong
    ticket = fill_fields(ticket, custom, actor=actor) if custom else lock(ticket)
    before = _move(ticket, Status.RESOLVED)
    if not by_customer:
        require_fields(ticket)
    ticket.resolution, ticket.resolved_at = text, timezone.now()
    if not by_customer:
        touch(ticket)
    free_booking(ticket, actor=actor)
    save(ticket, *MOVED, "resolution", "resolved_at", "touched_at", "booking")
    record(TicketResolved(from_status=before, by_customer=by_customer), subject=ticket, actor=actor)
    return ticket


@transaction.atomic
def reopen_ticket(ticket: Ticket, *, actor: Any, by_customer: bool = False) -> Ticket:
    """Take a resolved ticket up again; who had it keeps it, its job starts from the beginning."""
    ticket = lock(ticket)
    _move(ticket, Status.OPEN)
    _keep_resolution(ticket)
    # What was taken for thanks was more than that: from now on it waits for an answer.
    ticket.messages.filter(is_thanks=True).update(is_thanks=False)
    ticket.resolution, ticket.resolved_at = "", None
    for step in JOB_STEPS:
        setattr(ticket, step, None)
    save(ticket, *MOVED, "resolution", "resolved_at", *JOB_STEPS)
    record(TicketReopened(by_customer=by_customer), subject=ticket, actor=actor)
    return ticket


@transaction.atomic
def close_ticket(ticket: Ticket, *, actor: Any, by_customer: bool = False, why: str = "") -> Ticket:
    """Close a resolved ticket for good. A live one must be resolved first."""
    ticket = lock(ticket)
    _move(ticket, Status.CLOSED)
    ticket.closed_at = timezone.now()
    save(ticket, *MOVED, "closed_at")
    drop_drafts(ticket)
    record(TicketClosed(by_customer=by_customer, why=why), subject=ticket, actor=actor)
    return ticket


def _keep_resolution(ticket: Ticket) -> None:
    """What was written stays readable: as a reply of the conversation, at its own time."""
    if ticket.messages.filter(kind=MessageKind.REPLY, body=ticket.resolution).exists():
        return
    said = EventRecord.objects.filter(
        subject_type="tickets.ticket", subject_id=ticket.pk, name=TicketResolved.name
    ).order_by("-id").first()  # fmt: skip
    Message.objects.create(
        ticket=ticket,
        kind=MessageKind.REPLY,
        author=said.actor if said else None,
        author_name=(said.actor_name if said else "")[:150] or gettext("Support"),
        is_from_customer=bool(said and said.payload.get("by_customer")),
        body=ticket.resolution,
        created_at=ticket.resolved_at or timezone.now(),
    )


def _move(ticket: Ticket, to: Status) -> Status:
    """Set the state if MOVES allows it; returns the state before."""
    before = Status(ticket.status)
    if to not in MOVES[before]:
        raise MoveNotAllowed(
            _("A ticket that is “%(before)s” cannot become “%(to)s”.")
            % {"before": before.label, "to": to.label}
        )
    ticket.status = to
    if to not in PENDING:
        ticket.wakes_at, ticket.wakes_open = None, False
    if to != Status.CLOSED:
        ticket.close_warned_at = None
    return before


def _changed(before: Status, to: Status) -> StatusChanged:
    return StatusChanged(
        from_status=before,
        to_status=to,
        from_name=str(before.label),
        to_name=str(to.label),
    )


@transaction.atomic
def free_booking(ticket: Ticket, *, actor: Any) -> None:
    """A visit still to come that the job no longer needs is off, and the customer is told."""
    visit, ticket.booking = ticket.booking, None
    if visit is None or visit.cancelled_at is not None or visit.starts_at <= timezone.now():
        return
    cancel_booking(visit, actor=actor)
    say_cancelled(ticket, visit, actor=actor)


@transaction.atomic
def say_cancelled(ticket: Ticket, visit: Booking, *, actor: Any) -> None:
    """Record that a visit is off; whoever waits for it is told."""
    record(
        VisitCancelled(
            technician_id=visit.technician_id,
            technician_name=str(visit.technician),
            starts_at=visit.starts_at.isoformat(),
            ends_at=visit.ends_at.isoformat(),
        ),
        subject=ticket,
        actor=actor,
    )
