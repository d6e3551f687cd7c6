"""When a resolved ticket closes by itself. TicketQuerySet asks the same of many rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tickets.models import DeskSettings, Status, Ticket


@dataclass(frozen=True)
class Closing:
    """The desk's settings: close so many days after the last word, warn so many days before.

    warning_days 0: nobody is warned.
    """

    days: int
    warning_days: int

    @classmethod
    def load(cls) -> "Closing":
        settings = DeskSettings.load()
        return cls(settings.auto_close_days, settings.close_warning_days)

    def closes_at(self, ticket: Ticket, *, now: datetime | None = None) -> datetime | None:
        """The moment, if nobody writes until then; None for what is not resolved.

        Never before the warning is `warning_days` old, however late that was given.
        """
        last = last_word(ticket)
        if ticket.status != Status.RESOLVED or last is None:
            return None
        end = last + timedelta(days=self.days)
        if not self.warning_days:
            return end
        warned = ticket.close_warned_at
        if warned is None or warned < last:
            warned = now or timezone.now()
        return max(end, warned + timedelta(days=self.warning_days))


def last_word(ticket: Ticket) -> datetime | None:
    """The last correspondence of a done ticket: the resolution or what either side wrote since."""
    words = (ticket.resolved_at, ticket.last_customer_at, ticket.last_staff_at)
    return max((at for at in words if at), default=None) if ticket.resolved_at else None


def closing_day(ticket: Ticket) -> datetime | None:
    """When this ticket closes by itself; asks for the settings only when it is resolved."""
    return Closing.load().closes_at(ticket) if ticket.status == Status.RESOLVED else None
