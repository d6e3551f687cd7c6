"""What the desk stores: tickets with their conversation and settings, and kept views."""

from tickets.models.outbox import Draft, DraftFile, HoldReason, Outgoing
from tickets.models.people import Follower, TicketCopy
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
    "Draft",
    "DraftFile",
    "Follower",
    "HoldReason",
    "Message",
    "MessageKind",
    "Outgoing",
    "Priority",
    "SavedView",
    "Status",
    "Ticket",
    "TicketChannel",
    "TicketCopy",
    "TicketFile",
    "shown_status",
]
