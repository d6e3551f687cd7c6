"""What Fernhill promises its customers, and the clocks of its open tickets."""

from datetime import datetime
from typing import Any

from customers.models import Customer
from tickets.actions.clocks import refresh_clocks
from tickets.models import Category, Priority, SlaPolicy, Status, Ticket

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


def make_promises(*, now: datetime) -> list[SlaPolicy]:
    """Store the policies and start the clocks of open tickets, the newest MOST_CLOCKS of them."""
    policies = [_store(number, *one) for number, one in enumerate(POLICIES, 1)]
    recent = Ticket.objects.exclude(status=Status.CLOSED).order_by("-pk")[:MOST_CLOCKS]
    for ticket in list(recent):
        refresh_clocks(ticket, now=now)
    return policies


def _store(
    number: int, name: str, conditions: dict[str, Any], minutes: tuple[int, int, int]
) -> SlaPolicy:
    policy = SlaPolicy.objects.create(
        name=name,
        position=number,
        is_default=not conditions,
        priorities=conditions.get("priorities", []),
        first_reply_minutes=minutes[0],
        next_reply_minutes=minutes[1],
        resolution_minutes=minutes[2],
        pausing=[Status.WAITING.value, Status.ON_HOLD.value],
        warn_minutes=15 if name == "Urgent" else 30,
    )
    policy.customers.set(Customer.objects.filter(name__in=conditions.get("customers", [])))
    policy.categories.set(Category.objects.filter(name__in=conditions.get("categories", [])))
    return policy
