"""Which events stand behind what a rule waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.models import EventRecord
from tickets.events import (
    CustomerReplied,
    NoteAdded,
    NoTechnicianFound,
    SlaBreached,
    SlaWarned,
    StaffReplied,
    StatusChanged,
    TicketAssigned,
    TicketEdited,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
)
from tickets.models import Trigger


@dataclass(frozen=True)
class Watch:
    """Events, and the property that must be among the changed ones, if any."""

    events: tuple[type, ...]
    changed: str = ""

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]

    def asked(self) -> dict[str, Any]:
        """The same as conditions on stored events."""
        found: dict[str, Any] = {"name__in": self.names}
        if self.changed:
            found["payload__field_names__contains"] = [self.changed]
        return found


WATCHED: dict[str, Watch] = {
    Trigger.OPENED: Watch((TicketOpened,)),
    Trigger.CUSTOMER_REPLIED: Watch((CustomerReplied,)),
    Trigger.STAFF_REPLIED: Watch((StaffReplied,)),
    Trigger.NOTE_ADDED: Watch((NoteAdded,)),
    Trigger.STATUS: Watch((StatusChanged, TicketResolved, TicketReopened)),
    Trigger.PRIORITY: Watch((TicketEdited,), "priority"),
    Trigger.CATEGORY: Watch((TicketEdited,), "category"),
    Trigger.ASSIGNED: Watch((TicketAssigned,)),
    Trigger.UNASSIGNED: Watch((TicketUnassigned,)),
    Trigger.NOBODY: Watch((NoTechnicianFound,)),
    Trigger.DUE_SOON: Watch((SlaWarned,)),
    Trigger.MISSED: Watch((SlaBreached,)),
}
EVENTS = sorted({event for watch in WATCHED.values() for event in watch.events},
                key=lambda event: event.name)  # fmt: skip


def triggers_of(happened: EventRecord) -> list[str]:
    """What rules may wait for that this event is."""
    changed: Iterable[str] = happened.payload.get("field_names", [])
    return [
        str(trigger)
        for trigger, watch in WATCHED.items()
        if happened.name in watch.names and (not watch.changed or watch.changed in changed)
    ]
