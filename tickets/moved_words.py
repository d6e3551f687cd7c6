"""Who may write from the page of a merged ticket: the words arrive on the other one."""

from collections.abc import Callable
from typing import Any

from tickets.actions.merging import lock_final
from tickets.errors import GoesOnElsewhere
from tickets.models import Ticket


def refuse_elsewhere(
    ticket: Ticket, user: Any, allowed: Callable[[Any, Ticket], bool], *, same_customer: bool
) -> None:
    """Raise GoesOnElsewhere when the words would arrive where the person may not write.

    Inside a transaction: the end of the chain stays locked, so no merge comes in between.
    """
    if user.is_desk:  # writes on every ticket
        return
    end = lock_final(ticket, same_customer=same_customer)
    if end.pk != ticket.pk and not may_write(end, user, allowed):
        raise GoesOnElsewhere


def may_write(ticket: Ticket, user: Any, allowed: Callable[[Any, Ticket], bool]) -> bool:
    """Whether the person sees the ticket and may write on it."""
    found = Ticket.objects.visible_to(user).select_related("technician").filter(pk=ticket.pk)
    end = found.first()
    return end is not None and allowed(user, end)
