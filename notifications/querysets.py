"""Which notifications a person may see, and which are due."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class NotificationQuerySet(models.QuerySet):
    """Named filters over the outbox."""

    def visible_to(self, user: Any) -> "NotificationQuerySet":
        """A person's own bell; the outbox of everybody is for admins (see outbox_for)."""
        return self.filter(user=user, channel="bell")

    def outbox_for(self, user: Any) -> "NotificationQuerySet":
        """E-mails and SMS of everybody, for managers and admins; nobody else sees any."""
        return self.exclude(channel="bell") if user.is_manager else self.none()

    def search(self, words: str) -> "NotificationQuerySet":
        """Every word in the recipient's name or address, the subject or the reason."""
        found = self
        for word in words.split()[:8]:
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
