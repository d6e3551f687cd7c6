"""Closing what stayed resolved: the customer is warned first (SEMANTICS section 1)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from tickets.actions.clocks import record
from tickets.actions.lifecycle import close_ticket
from tickets.actions.opening import save
from tickets.closing import Closing
from tickets.events import CloseWarned
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

BATCH = 500


def close_resolved(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Close what nobody wrote about for the set days; returns how many.

    Each in its own transaction. With a warning set, only what was warned of in time.
    """
    rule = Closing.load()
    why = gettext(", %(days)s days after the last word") % {"days": rule.days}

    def due(rows: TicketQuerySet) -> TicketQuerySet:
        return rows.to_close(days=rule.days, warning_days=rule.warning_days, now=now)

    return _each(due, lambda ticket: close_ticket(ticket, actor=None, why=why), batch)


def warn_of_closing(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Tell customers that their resolved tickets are about to close; returns how many.

    Once for each stretch of silence: a word of either side starts a new one. However long nothing
    ran, nobody is told twice.
    """
    rule = Closing.load()
    if not rule.warning_days:
        return 0

    def due(rows: TicketQuerySet) -> TicketQuerySet:
        return rows.to_warn(days=rule.days, warning_days=rule.warning_days, now=now)

    return _each(due, lambda ticket: _warn(ticket, rule, now or timezone.now()), batch)


def _warn(ticket: Ticket, rule: Closing, now: datetime) -> None:
    ticket.close_warned_at = now
    closes_at = now + timedelta(days=rule.warning_days)
    save(ticket, "close_warned_at")
    words = date_format(timezone.localtime(closes_at), "DATE_FORMAT")
    record(CloseWarned(closes_at=closes_at.isoformat(), words=words), subject=ticket, actor=None)


def _each(
    due: Callable[[TicketQuerySet], TicketQuerySet], act: Callable[[Ticket], object], batch: int
) -> int:
    """Do it to each ticket that is still due once it is locked; another worker's are left."""
    done = 0
    for pk in list(due(Ticket.objects.all()).values_list("pk", flat=True)[:batch]):
        with transaction.atomic():
            locked = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
            ticket = due(locked).filter(pk=pk).first()
            if ticket is not None:
                act(ticket)
                done += 1
    return done
