"""What the desk stores: tickets with their conversation and settings, and kept views."""

from tickets.models.canned import CannedReply
from tickets.models.custom import CustomField, FieldKind
from tickets.models.links import LinkKind, TicketLink
from tickets.models.macro import Macro
from tickets.models.mention import Mention
from tickets.models.merging import Merge
from tickets.models.outbox import Draft, DraftFile, HoldReason, Outgoing
from tickets.models.people import Follower, ProposedCopy, TicketCopy
from tickets.models.queue import SavedView
from tickets.models.rules import (
    AutomationRule,
    RuleEffect,
    RuleMatch,
    RuleRun,
    RuleTrial,
    RunState,
    Trigger,
)
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
from tickets.models.tags import Tag, TagColour
from tickets.models.ticket import (
    DONE,
    LIVE,
    MOVES,
    PENDING,
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
    "PENDING",
    "AutomationRule",
    "CannedReply",
    "Category",
    "CategorySkill",
    "ClockKind",
    "ClockRun",
    "CustomField",
    "DeskSettings",
    "DispatchDecision",
    "Draft",
    "DraftFile",
    "FieldKind",
    "Follower",
    "HoldReason",
    "LinkKind",
    "Macro",
    "ManualDue",
    "Mention",
    "Merge",
    "Message",
    "MessageKind",
    "Outgoing",
    "Priority",
    "ProposedCopy",
    "RuleEffect",
    "RuleMatch",
    "RuleRun",
    "RuleTrial",
    "RunState",
    "SavedView",
    "SearchText",
    "SearchWord",
    "SlaAlert",
    "SlaPolicy",
    "SlaStep",
    "Status",
    "Tag",
    "TagColour",
    "Ticket",
    "TicketChannel",
    "TicketClock",
    "TicketCopy",
    "TicketFile",
    "TicketLink",
    "Trigger",
    "shown_status",
]
