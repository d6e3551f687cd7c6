"""What the desk stores: tickets with their conversation and settings, and kept views."""

from tickets.models.queue import SavedView
from tickets.models.search import SearchText, SearchWord
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
    "Message",
    "MessageKind",
    "Priority",
    "SavedView",
    "SearchText",
    "SearchWord",
    "Status",
    "Ticket",
    "TicketChannel",
    "TicketFile",
    "shown_status",
]
