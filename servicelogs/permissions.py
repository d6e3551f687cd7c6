"""Who may log work, and correct it."""

from typing import Any

from servicelogs.models import ServiceLog
from tickets.models import Status
from tickets.permissions import can_log_work


def can_correct_log(user: Any, entry: ServiceLog) -> bool:
    """Who wrote it, and managers; an entry that was corrected or is of a closed ticket rests."""
    if hasattr(entry, "corrected_by") or entry.ticket.status == Status.CLOSED:
        return False
    return user.is_manager or entry.author_id == user.pk


__all__ = ["can_correct_log", "can_log_work"]
