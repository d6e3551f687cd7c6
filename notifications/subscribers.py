"""Who is told what when something happened: one listener, the rules table decides."""

from core.events import EVENTS, on, ring
from core.models import EventRecord
from customers.events import CustomerDeleted
from notifications.actions import forget_news, tell

TICKET_EVENTS = [event for name, event in sorted(EVENTS.items()) if name.startswith("ticket.")]


@on(*TICKET_EVENTS)
def tell_people(happened: EventRecord) -> None:
    """Write the outbox rows the rules ask for, and tell open pages that something changed."""
    tell(happened)
    ring("notifications.push_desk", happened.subject_id)


@on(CustomerDeleted)
def forget_customer(happened: EventRecord) -> None:
    """A deleted customer's news is not sent any more, and what was sent keeps no words."""
    forget_news(happened.payload.get("ticket_ids", []))
