"""Who is told what when something happened: one listener, the rules table decides."""

from core.events import EVENTS, on
from core.models import EventRecord
from notifications.actions import tell

TICKET_EVENTS = [event for name, event in sorted(EVENTS.items()) if name.startswith("ticket.")]


@on(*TICKET_EVENTS)
def tell_people(happened: EventRecord) -> None:
    """Write the outbox rows the rules ask for."""
    tell(happened)
