"""What happened to the same device before, and what fixed it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from servicelogs.models import ServiceLog
from tickets.models import Ticket


@dataclass(frozen=True)
class Repeats:
    """number: which ticket of the device within `days` days this one is (1 = the first).

    fixed: the last resolved ticket of the device, with its standing entries in `work`; or None.
    """

    number: int
    days: int
    fixed: Ticket | None

    @property
    def is_repeat(self) -> bool:
        return self.number > 1


def repeats_of(ticket: Ticket, *, days: int) -> Repeats:
    """Count the device's tickets in the days before this one was opened. Three queries at most."""
    if ticket.device_id is None:
        return Repeats(1, days, None)
    earlier = Ticket.objects.filter(
        device=ticket.device_id,
        opened_at__gte=ticket.opened_at - timedelta(days=days),
        opened_at__lte=ticket.opened_at,
    ).exclude(pk=ticket.pk)
    fixed = fixed_last_time(ticket.device_id, besides=ticket.pk, before=ticket.opened_at)
    return Repeats(earlier.count() + 1, days, fixed)


def fixed_last_time(
    device_id: int, *, besides: int | None = None, before: datetime | None = None
) -> Ticket | None:
    """The last ticket of a device that was resolved (before a moment), with its `work`; or None."""
    entries = ServiceLog.objects.standing().select_related("technician__user")
    found = Ticket.objects.filter(device=device_id).exclude(resolved_at=None).exclude(pk=besides)
    if before is not None:
        found = found.filter(opened_at__lte=before)
    return (
        found.select_related("technician__user")
        .prefetch_related(
            models.Prefetch("service_logs", entries.prefetch_related("parts"), to_attr="work")
        )
        .order_by("-resolved_at", "-pk")
        .first()
    )
