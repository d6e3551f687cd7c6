"""A due date set by hand, which wins over the computed ones."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from tickets.actions.clocks import record
from tickets.actions.opening import lock, save, touch
from tickets.errors import DueDateRefused
from tickets.events import DueDateCleared, DueDateSet
from tickets.models import ClockKind, ManualDue, SlaAlert, Ticket


@transaction.atomic
def set_due_date(ticket: Ticket, due_at: datetime, *, actor: Any) -> Ticket:
    """Promise this moment instead of the computed one. Raises DueDateRefused.

    Setting the same moment again changes nothing.
    """
    ticket = lock(ticket)
    if not ticket.is_live:
        raise DueDateRefused(_("This ticket is done; nothing is due any more."))
    now = timezone.now()
    if due_at <= now:
        raise DueDateRefused(_("Choose a moment that is still to come."), field="due_at")
    if ManualDue.objects.filter(ticket=ticket, due_at=due_at).exists():
        return ticket
    ManualDue.objects.update_or_create(
        ticket=ticket,
        defaults={
            "due_at": due_at,
            "set_by": actor,
            "set_by_name": str(actor or "")[:200],
            "set_at": now,
        },
    )
    # Another moment is another promise: people are warned and told of it again.
    SlaAlert.objects.filter(ticket=ticket, kind=ClockKind.MANUAL).delete()
    touch(ticket)
    save(ticket, "touched_at")
    words = date_format(timezone.localtime(due_at), "DATETIME_FORMAT")
    record(DueDateSet(due_at=due_at.isoformat(), words=words), subject=ticket, actor=actor)
    return ticket


@transaction.atomic
def clear_due_date(ticket: Ticket, *, actor: Any) -> Ticket:
    """Go back to the computed moment; without a date set by hand nothing happens."""
    ticket = lock(ticket)
    deleted, _rows = ManualDue.objects.filter(ticket=ticket).delete()
    if deleted:
        save(ticket)
        record(DueDateCleared(), subject=ticket, actor=actor)
    return ticket
