"""What was decided about a mail."""

from dataclasses import dataclass

from mailbox.models import Fate
from tickets.models import Message, Ticket


@dataclass(frozen=True)
class Outcome:
    """reason: in words, for what is not simply a message of a customer."""

    fate: Fate
    reason: str = ""
    ticket: Ticket | None = None
    message: Message | None = None
