"""Who is told what when something happened: one listener, the rules table decides."""

from core.events import EVENTS, on, ring
from core.models import EventRecord
from customers.events import CustomerDeleted
from mailbox.events import MailCameBack
from notifications.actions import forget_news, mark_bounced, tell

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


@on(MailCameBack)
def note_bounce(happened: EventRecord) -> None:
    """The outbox shows that it did not arrive, and why."""
    if happened.payload["kind"] == "notification":
        mark_bounced(happened.payload["number"], happened.payload["reason"])
