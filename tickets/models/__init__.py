"""What the desk stores: tickets with their conversation and settings, and kept views."""

from tickets.models.merging import Merge
from tickets.models.queue import SavedView
from tickets.models.ticket import (
    DONE,
    LIVE,
    MOVES,
    Category,
    CategorySkill,
    DeskSettings,
    DispatchDecision,
    Message,
    MessageKind,
    Priority,
    Status,
    Ticket,
    TicketChannel,
    TicketFile,
    shown_status,
)

__all__ = [
    "DONE",
    "LIVE",
    "MOVES",
    "Category",
    "CategorySkill",
    "DeskSettings",
    "DispatchDecision",
    "Merge",
    "Message",
    "MessageKind",
    "Priority",
    "SavedView",
    "Status",
    "Ticket",
    "TicketChannel",
    "TicketFile",
    "shown_status",
]
