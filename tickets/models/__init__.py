"""What the desk stores: tickets with their conversation and settings, and kept views."""

from tickets.models.canned import CannedReply
from tickets.models.macro import Macro
from tickets.models.merging import Merge
from tickets.models.queue import SavedView
from tickets.models.search import SearchText, SearchWord
from tickets.models.sla import (
    PAUSABLE,
    ClockKind,
    ClockRun,
    ManualDue,
    SlaAlert,
    SlaPolicy,
    SlaStep,
    TicketClock,
)
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
    "PAUSABLE",
    "CannedReply",
    "Category",
    "CategorySkill",
    "ClockKind",
    "ClockRun",
    "DeskSettings",
    "DispatchDecision",
    "Macro",
    "ManualDue",
    "Merge",
    "Message",
    "MessageKind",
    "Priority",
    "SavedView",
    "SearchText",
    "SearchWord",
    "SlaAlert",
    "SlaPolicy",
    "SlaStep",
    "Status",
    "Ticket",
    "TicketChannel",
    "TicketClock",
    "TicketFile",
    "shown_status",
]
