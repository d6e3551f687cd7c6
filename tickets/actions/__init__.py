"""Everything that can be done to a ticket. One action, one transaction, one event.

Split by noun: opening, conversation, lifecycle (the moves), assignment, retrying, visits,
fieldwork, merging, closing.
"""

from tickets.actions.assignment import (
    assign_ticket,
    auto_assign,
    choose_technician,
    propose,
    take_ticket,
    unassign_ticket,
)
from tickets.actions.closing import close_resolved, warn_of_closing
from tickets.actions.conversation import add_note, add_reply
from tickets.actions.drafts import Typed, save_draft
from tickets.actions.fieldwork import accept_job, decline_job, go_on_my_way, start_work
from tickets.actions.importing import OldTicket, import_ticket
from tickets.actions.lifecycle import (
    change_status,
    close_ticket,
    reopen_ticket,
    resolve_ticket,
)
from tickets.actions.merging import merge_many, merge_tickets, undo_merge
from tickets.actions.opening import edit_ticket, open_ticket
from tickets.actions.outbox import (
    NewReply,
    release_due,
    release_reply,
    send_held,
    send_reply,
    undo_reply,
)
from tickets.actions.people import (
    accept_copy,
    add_follower,
    leave_out_copy,
    propose_copies,
    remove_follower,
    set_copies,
)
from tickets.actions.retrying import retry_assignments
from tickets.actions.settings import change_settings
from tickets.actions.visits import book_visit, cancel_visit

__all__ = [
    "NewReply",
    "OldTicket",
    "Typed",
    "accept_copy",
    "accept_job",
    "add_follower",
    "add_note",
    "add_reply",
    "assign_ticket",
    "auto_assign",
    "book_visit",
    "cancel_visit",
    "change_settings",
    "change_status",
    "choose_technician",
    "close_resolved",
    "close_ticket",
    "decline_job",
    "edit_ticket",
    "go_on_my_way",
    "import_ticket",
    "leave_out_copy",
    "merge_many",
    "merge_tickets",
    "open_ticket",
    "propose",
    "propose_copies",
    "release_due",
    "release_reply",
    "remove_follower",
    "reopen_ticket",
    "resolve_ticket",
    "retry_assignments",
    "save_draft",
    "send_held",
    "send_reply",
    "set_copies",
    "start_work",
    "take_ticket",
    "unassign_ticket",
    "undo_merge",
    "undo_reply",
    "warn_of_closing",
]
