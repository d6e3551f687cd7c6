"""Open tickets are computed again, in bounded batches, when a policy or a calendar changed."""

from django.db import transaction
from django.utils import timezone

from core.events import ring
from tickets.actions.clocks import refresh_clocks
from tickets.models import ClockRun, Ticket

BATCH = 100
TASK = "tickets.recompute_clocks"


@transaction.atomic
def request_recompute(reason: str) -> ClockRun:
    """Start computing all open tickets again; a run that is under way starts over."""
    run = ClockRun.objects.select_for_update().filter(finished_at=None).first()
    total = Ticket.objects.live().count()
    if run is None:
        run, _made = ClockRun.objects.get_or_create(
            finished_at=None, defaults={"reason": reason[:200], "total": total}
        )
    else:
        run.reason, run.total, run.done, run.last_id = reason[:200], total, 0, 0
        run.started_at = timezone.now()
        run.save()
    ring(TASK)
    return run


def recompute_open_tickets(*, batches: int = 20) -> int:
    """Go on with the run that is under way; returns how many tickets were computed.

    A worker does so many batches and rings for the next one, so that it never holds on for long.
    """
    done = 0
    for _number in range(batches):
        count = recompute_batch()
        if count is None:
            return done
        done += count
    with transaction.atomic():
        ring(TASK)
    return done


@transaction.atomic
def recompute_batch() -> int | None:
    """The next tickets of the run, in one transaction; None when there is nothing to do.

    Two workers do not do the same: who finds the run locked leaves it to the other.
    """
    run = ClockRun.objects.select_for_update(skip_locked=True).filter(finished_at=None).first()
    if run is None:
        return None
    rows = Ticket.objects.live().filter(pk__gt=run.last_id).order_by("pk")
    tickets = list(rows.select_for_update(of=("self",))[:BATCH])
    for ticket in tickets:
        refresh_clocks(ticket)
    run.done += len(tickets)
    if tickets:
        run.last_id = tickets[-1].pk
    else:
        run.finished_at = timezone.now()
    run.save(update_fields=["done", "last_id", "finished_at"])
    return len(tickets)
