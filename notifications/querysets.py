"""Which notifications a person may see, and which are due."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import EventRecord

TICKET_NUMBER = re.compile(r"\[?SD-0{0,6}([1-9][0-9]{0,17})\]?", re.IGNORECASE)


class NotificationQuerySet(models.QuerySet):
    """Named filters over the outbox."""

    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """A person's own bell; the outbox of everybody is for admins (see outbox_for)."""
        return self.filter(user=user, channel="bell")

    def outbox_for(self, user: Any) -> "NotificationQuerySet":
        """E-mails and SMS of everybody, for managers and admins; nobody else sees any."""
        return self.exclude(channel="bell") if user.is_manager else self.none()

    def search(self, words: str) -> "NotificationQuerySet":
        """Every word in the recipient's name or address, the subject or the reason.

        A word like SD-000123 is a ticket: everything anybody was told about it.
        """
        found = self
        for word in words.split()[:8]:
            number = TICKET_NUMBER.fullmatch(word)
            if number:
                events = EventRecord.objects.filter(
                    subject_type="tickets.ticket", subject_id=int(number.group(1))
                )
                found = found.filter(event__in=events)
                continue
            found = found.filter(
                Q(recipient_name__icontains=word)
                | Q(address__icontains=word)
                | Q(subject__icontains=word)
                | Q(last_error__icontains=word)
            )
        return found

    def troubled(self) -> "NotificationQuerySet":
        """E-mails and SMS that will not be sent unless a person does something."""
        return self.filter(state__in=["failed", "unsent"])

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def sms_to_ask_about(self, *, now: datetime) -> "NotificationQuerySet":
        """SMS of the last day without a price; some of them each time, so that none is skipped."""
        day = (now - timedelta(days=1), now - timedelta(minutes=2))
        rows = self.filter(channel="sms", state="sent", price=None, sent_at__range=day)
        return rows.exclude(provider_id="").order_by("?")

    def due(self, *, now: datetime | None = None) -> "NotificationQuerySet":
        """Rows to send now: queued and due, or left in `sending` by a worker that died."""
        now = now or timezone.now()
        return self.exclude(channel="bell").filter(
            Q(state="queued", next_attempt_at__lte=now) | Q(state="sending", lease_until__lte=now)
        )


class BlockedAddressQuerySet(models.QuerySet):
    """Addresses that get nothing automatic."""

    def now_among(self, addresses: Iterable[str]) -> "BlockedAddressQuerySet":
        """Those of these addresses that are blocked now."""
        wanted = {address.lower() for address in addresses if address}
        return self.filter(address__in=wanted, until__gt=timezone.now())


class WordingQuerySet(models.QuerySet):
    """Our own words of messages."""

    def visible_to(self, user: Any) -> "WordingQuerySet":
        """Managers and administrators."""
        return self if user.is_manager else self.none()

    def in_use(self) -> "WordingQuerySet":
        """Those that replace the shipped words."""
        return self.filter(is_used=True)
