"""Tickets that nobody fitted are tried again: people come to work, finish jobs, learn skills."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tickets.actions.assignment import auto_assign, wait_after
from tickets.models import DeskSettings, DispatchDecision, Status, Ticket


def retry_assignments(*, now: datetime | None = None, batch: int = 50) -> int:
    """Choose again for tickets that nobody fitted; returns how many got somebody.

    The most urgent first, then the oldest. Nothing where assigning by itself is switched off.
    """
    if not DeskSettings.load().auto_assign:
        return 0
    now, given = now or timezone.now(), 0
    for pk in list(_due(now).values_list("pk", flat=True)[:batch]):
        ticket = _claim(pk, now)
        if ticket is None:
            continue
        decision = auto_assign(ticket)
        given += bool(decision and decision.technician_id)
    return given


def _due(now: datetime) -> QuerySet[DispatchDecision]:
    """Open tickets only: one that waits or is on hold asks for nobody yet."""
    return DispatchDecision.objects.filter(
        Q(ticket__category=None) | Q(ticket__category__auto_assign=True),
        retry_at__lte=now,
        ticket__status=Status.OPEN,
        ticket__technician=None,
    ).order_by("ticket__priority", "ticket__opened_at", "pk")


@transaction.atomic
def _claim(pk: int, now: datetime) -> Ticket | None:
    """Put the next try off before this one is made, or None when another worker has it.

    Were it put off afterwards, a ticket that breaks the choice would come first for ever.
    """
    rows = DispatchDecision.objects.select_for_update(skip_locked=True, of=("self",))
    decision = rows.select_related("ticket").filter(pk=pk, retry_at__lte=now).first()
    if decision is None:
        return None
    decision.tries += 1
    decision.retry_at = now + wait_after(decision.tries)
    decision.save(update_fields=["tries", "retry_at"])
    return decision.ticket
