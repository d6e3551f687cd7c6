"""The steps of a job on the technician's phone: accept, on my way, start."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.events import record
from core.text import one_line
from tickets.actions.assignment import unassign_ticket
from tickets.actions.lifecycle import change_status
from tickets.actions.opening import lock, save, touch
from tickets.errors import NotYourJob, TextMissing, WrongStep
from tickets.events import TechnicianOnTheWay, TicketAccepted, TicketDeclined, WorkStarted
from tickets.models import Status, Ticket


@transaction.atomic
def accept_job(ticket: Ticket, *, actor: Any) -> Ticket:
    """The technician takes the job; the ticket is in progress."""
    ticket = _job_of(ticket, actor, missing="accepted_at")
    ticket.accepted_at = timezone.now()
    touch(ticket)
    save(ticket, "accepted_at", "touched_at")
    record(
        TicketAccepted(technician_id=ticket.technician_id, technician_name=str(ticket.technician)),
        subject=ticket,
        actor=actor,
    )
    if ticket.status == Status.OPEN:
        change_status(ticket, Status.IN_PROGRESS, actor=actor)
    return ticket


@transaction.atomic
def decline_job(ticket: Ticket, reason: str, *, actor: Any) -> Ticket:
    """The technician cannot: the desk is told why, the ticket is unassigned again."""
    ticket = _job_of(ticket, actor, missing="on_my_way_at")
    words = one_line(reason)[:200]
    if not words:
        raise TextMissing(_("Say why, so that the desk can find somebody else."), field="reason")
    record(
        TicketDeclined(
            technician_id=ticket.technician_id,
            technician_name=str(ticket.technician),
            reason=words,
        ),
        subject=ticket,
        actor=actor,
    )
    return unassign_ticket(ticket, actor=actor)


@transaction.atomic
def go_on_my_way(ticket: Ticket, *, actor: Any, travel_minutes: int | None = None) -> Ticket:
    """The technician sets off; the customer is told."""
    ticket = _job_of(ticket, actor, done="accepted_at", missing="on_my_way_at")
    ticket.on_my_way_at = timezone.now()
    save(ticket, "on_my_way_at")
    record(
        TechnicianOnTheWay(
            technician_id=ticket.technician_id,
            technician_name=str(ticket.technician),
            travel_minutes=travel_minutes,
        ),
        subject=ticket,
        actor=actor,
    )
    return ticket


@transaction.atomic
def start_work(ticket: Ticket, *, actor: Any) -> Ticket:
    """Work begins, at the customer's or remotely (then nobody was on the way)."""
    ticket = _job_of(ticket, actor, done="accepted_at", missing="started_at")
    ticket.started_at = timezone.now()
    save(ticket, "started_at")
    record(WorkStarted(technician_id=ticket.technician_id), subject=ticket, actor=actor)
    if ticket.status in (Status.OPEN, Status.WAITING, Status.ON_HOLD):
        change_status(ticket, Status.IN_PROGRESS, actor=actor)
    return ticket


def _job_of(ticket: Ticket, actor: Any, *, missing: str, done: str | None = None) -> Ticket:
    """Lock the job and check that it is the actor's and at the right step."""
    ticket = lock(ticket)
    if ticket.technician is None or ticket.technician.user_id != actor.pk:
        raise NotYourJob
    if not ticket.is_live or getattr(ticket, missing) is not None:
        raise WrongStep
    if done is not None and getattr(ticket, done) is None:
        raise WrongStep
    return ticket
