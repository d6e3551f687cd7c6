"""Out of sight until a moment: for a ticket nobody can do anything about before then.

A snoozed ticket waits for the customer or for somebody else; leaving that state, by whatever way
(the customer writes, a colleague takes it up), ends the snooze with it: see lifecycle._move. An
internal note or an automatic mail does not (SEMANTICS section 2).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tickets.actions.clocks import record
from tickets.actions.lifecycle import change_status
from tickets.actions.opening import lock, save, touch
from tickets.errors import SnoozeRefused
from tickets.events import SnoozeEnded, TicketSnoozed
from tickets.models import PENDING, Status, Ticket

LONGEST = timedelta(days=366)


@transaction.atomic
def snooze_ticket(
    ticket: Ticket, until: datetime, *, status: str, opens: bool, actor: Any
) -> Ticket:
    """Put a live ticket out of sight until a moment; again moves the moment.

    status: waiting or on_hold, whom it waits for meanwhile. opens: it is open again then; else it
    stays as it is and whoever has it is reminded. Raises SnoozeRefused and MoveNotAllowed.
    """
    now = timezone.now()
    if status not in PENDING:
        raise SnoozeRefused(SnoozeRefused.no_state, field="status")
    if not now < until <= now + LONGEST:
        raise SnoozeRefused
    ticket = lock(ticket)
    if ticket.status != status:
        ticket = change_status(ticket, status, actor=actor)
    ticket.wakes_at, ticket.wakes_open = until, opens
    touch(ticket)
    save(ticket, "wakes_at", "wakes_open", "touched_at")
    record(TicketSnoozed(until=until.isoformat(), opens=opens), subject=ticket, actor=actor)
    return ticket


@transaction.atomic
def wake_ticket(ticket: Ticket, *, actor: Any) -> Ticket:
    """End the snooze now; the ticket is open. One that is awake already stays as it is."""
    ticket = lock(ticket)
    return ticket if ticket.wakes_at is None else _wake(ticket, opens=True, actor=actor)


def wake_due(*, now: datetime | None = None, batch: int = 500) -> int:
    """End the snoozes whose moment has come; returns how many. Each in its own transaction.

    However long nothing ran, each ends once: ending it takes the moment away.
    """
    due = Ticket.objects.to_wake(now=now)
    woken = 0
    for pk in list(due.order_by("wakes_at", "pk").values_list("pk", flat=True)[:batch]):
        with transaction.atomic():
            locked = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
            ticket = locked.to_wake(now=now).filter(pk=pk).first()
            if ticket is not None:
                _wake(ticket, opens=ticket.wakes_open, actor=None)
                woken += 1
    return woken


@transaction.atomic
def _wake(ticket: Ticket, *, opens: bool, actor: Any) -> Ticket:
    ticket.wakes_at, ticket.wakes_open = None, False
    save(ticket, "wakes_at", "wakes_open")
    if opens:
        ticket = change_status(ticket, Status.OPEN, actor=actor)
    record(SnoozeEnded(opens=opens), subject=ticket, actor=actor)
    return ticket
