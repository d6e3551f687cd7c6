"""An answer of ours did not reach the customer: the ticket says so, its author hears of it."""

from typing import Any

from django.db import transaction

from tickets.actions.clocks import record
from tickets.actions.opening import lock
from tickets.events import MailBounced
from tickets.models import Ticket


@transaction.atomic
def say_bounced(
    ticket: Ticket, *, message_id: int | None, author_id: int | None, reason: str, is_hard: bool
) -> None:
    """Write it into the ticket. message_id, author_id: of what came back, as far as known."""
    happened: Any = MailBounced(
        message_id=message_id, author_id=author_id, reason=reason, is_hard=is_hard
    )
    record(happened, subject=lock(ticket), actor=None)
