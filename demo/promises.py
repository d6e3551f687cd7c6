"""What Fernhill promises its customers, and the clocks of its open tickets."""

from datetime import datetime
from typing import Any

from core.events import history
from customers.models import Customer
from tickets.actions.clocks import refresh_clocks
from tickets.actions.policies import create_policy
from tickets.models import Category, Priority, Status, Ticket

HOUR = 60
# name, what it is for, and the minutes of first reply, next reply and resolution.
POLICIES: list[tuple[str, dict[str, Any], tuple[int, int, int]]] = [
    ("Care Plus", {"customers": ["Brightwell Dental"]}, (HOUR, 2 * HOUR, 16 * HOUR)),
    ("Urgent", {"priorities": [Priority.URGENT]}, (30, HOUR, 6 * HOUR)),
    ("Tills", {"categories": ["Tills and payment"]}, (HOUR, 2 * HOUR, 12 * HOUR)),
    ("High", {"priorities": [Priority.HIGH]}, (2 * HOUR, 4 * HOUR, 24 * HOUR)),
    ("Standard", {}, (8 * HOUR, 12 * HOUR, 40 * HOUR)),
]
MOST_CLOCKS = 5000  # of open tickets, so that a big demo company loads in bounded time


def make_promises(*, actor: Any, now: datetime | None = None) -> int:
    """Store the policies and start the clocks; returns of how many tickets.

    Nobody is told of what is late already: it counts as history, as everything here.
    """
    with history():
        for name, conditions, (first, following, fix) in POLICIES:
            create_policy(
                actor=actor,
                is_default=name == "Standard",
                name=name,
                first_reply_minutes=first,
                next_reply_minutes=following,
                resolution_minutes=fix,
                pausing=[Status.WAITING.value, Status.ON_HOLD.value],
                warn_minutes=15 if name == "Urgent" else 30,
                **_conditions(conditions),
            )
    recent = Ticket.objects.exclude(status=Status.CLOSED).order_by("-pk")[:MOST_CLOCKS]
    tickets = list(recent)
    for ticket in tickets:
        refresh_clocks(ticket, now=now)
    return len(tickets)


def _conditions(named: dict[str, Any]) -> dict[str, Any]:
    found = dict(named)
    if "customers" in named:
        found["customers"] = list(Customer.objects.filter(name__in=named["customers"]))
    if "categories" in named:
        found["categories"] = list(Category.objects.filter(name__in=named["categories"]))
    return found
