"""Who may do what with a ticket they can see. Used by views, templates and (later) the API."""

from collections.abc import Iterable
from typing import Any

from tickets.models import Status, Ticket


def works_on(user: Any, ticket: Ticket) -> bool:
    """The desk, or the technician it is assigned to."""
    if user.is_desk:
        return True
    return bool(user.is_technician and ticket.technician and ticket.technician.user_id == user.pk)


def can_reply(user: Any, ticket: Ticket) -> bool:
    """Write to the customer as staff."""
    return works_on(user, ticket)


def can_note(user: Any, ticket: Ticket) -> bool:
    """Write for colleagues: everybody of the staff who sees the ticket."""
    return user.is_staff_member


def can_follow(user: Any, ticket: Ticket) -> bool:
    """Have one's bell rung: everybody of the staff who sees the ticket."""
    return user.is_staff_member


def can_edit(user: Any, ticket: Ticket) -> bool:
    """Change subject, category, priority, device: the desk only."""
    return user.is_desk and ticket.status != Status.CLOSED


def can_assign(user: Any, ticket: Ticket) -> bool:
    """Give it to somebody, overrule the automatic choice."""
    return user.is_desk and ticket.is_live


def can_book_visit(user: Any, ticket: Ticket) -> bool:
    """Book, move or cancel a visit: the desk, because the technician gets the ticket with it."""
    return can_assign(user, ticket)


def can_change_status(user: Any, ticket: Ticket) -> bool:
    """Move along MOVES; a closed ticket has no move."""
    return works_on(user, ticket) and ticket.status != Status.CLOSED


def can_move_to(user: Any, ticket: Ticket, to: str) -> bool:
    """Move it to this state: closing for good is not for everybody who works on it."""
    if to == Status.CLOSED:
        return can_close(user, ticket)
    return can_change_status(user, ticket)


def can_snooze(user: Any, ticket: Ticket) -> bool:
    """Put it out of sight for a while, and bring it back: whoever may move it, while it is live."""
    return can_change_status(user, ticket) and ticket.is_live


def can_tag(user: Any, ticket: Ticket) -> bool:
    """Put tags on it and take them off: whoever works on it, until it is closed."""
    return works_on(user, ticket) and ticket.status != Status.CLOSED


def can_fill_fields(user: Any, ticket: Ticket) -> bool:
    """Fill in custom fields: whoever works on it, until it is closed."""
    return works_on(user, ticket) and ticket.status != Status.CLOSED


def can_create_tag(user: Any) -> bool:
    """Make a word that was no tag before: the desk, so that "vpn" does not get five spellings."""
    return bool(user.is_desk)


def can_log_work(user: Any, ticket: Ticket) -> bool:
    """Log what was done, also after it was resolved, never after it was closed."""
    return works_on(user, ticket) and ticket.status != Status.CLOSED


def can_accept_job(user: Any, ticket: Ticket) -> bool:
    """Only the person it is assigned to."""
    return bool(ticket.technician and ticket.technician.user_id == user.pk)


def can_close(user: Any, ticket: Ticket) -> bool:
    """The customer's people and the desk, once it is resolved."""
    return ticket.status == Status.RESOLVED and (user.is_desk or user.is_customer)


def can_resolve_as_customer(user: Any, ticket: Ticket) -> bool:
    """The customer says that it works again."""
    return user.is_customer and (ticket.is_live or ticket.status == Status.RESOLVED)


def can_reopen(user: Any, ticket: Ticket) -> bool:
    """Whoever works on it, and the customer's people."""
    return ticket.status == Status.RESOLVED and (works_on(user, ticket) or user.is_customer)


def can_merge(user: Any, ticket: Ticket) -> bool:
    """Merge it with another: the desk, before it is closed for good."""
    return user.is_desk and ticket.status != Status.CLOSED


def can_link(user: Any, ticket: Ticket) -> bool:
    """Say what belongs to it: the desk, also when it is closed."""
    return bool(user.is_desk) and ticket.merged_into_id is None


def can_answer_incidents(user: Any, problem: Ticket, incidents: Iterable[Ticket]) -> bool:
    """Be led to the page that answers them together: where there is one the person may answer."""
    return can_reply(user, problem) and any(can_reply(user, row) for row in incidents)


def can_split(user: Any, ticket: Ticket) -> bool:
    """Make a ticket of one of its messages: the desk, until its words went elsewhere."""
    return bool(user.is_desk) and ticket.merged_into_id is None


def can_undo_merge(user: Any, ticket: Ticket) -> bool:
    """Part a merged ticket from the one that took its words."""
    return user.is_desk and ticket.merged_into_id is not None


def can_open_for_any_customer(user: Any) -> bool:
    """Enter a call for any customer."""
    return user.is_desk


def can_change_settings(user: Any) -> bool:
    """Switch automatic assignment and the like."""
    return user.is_manager


def can_change_rules(user: Any) -> bool:
    """Write what the desk does by itself."""
    return user.is_manager


def can_change_view(user: Any, view: Any) -> bool:
    """Change or delete a saved view: its owner, and managers for what a team shares."""
    return view.owner_id == user.pk or (view.team_id is not None and user.is_manager)


def can_keep_shared(user: Any) -> bool:
    """Keep canned replies and macros of one's own; the form says for whom else."""
    return user.is_staff_member


def can_change_shared(user: Any, kept: Any) -> bool:
    """Change or delete a canned reply or a macro: one's own, one's team's; managers all shared."""
    if kept.owner_id:
        return bool(kept.owner_id == user.pk)
    return bool(user.is_manager or (kept.team_id and kept.team_id in user.team_keys))
