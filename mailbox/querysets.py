"""Which incoming mails a person may see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from tickets.models import Message, Ticket

SILENT_AFTER = 3  # failures in a row


class InboundMailQuerySet(models.QuerySet):
    """Named filters over what came in."""

    def visible_to(self, user: Any) -> "InboundMailQuerySet":
        """The desk: it sees every ticket, and a mail may belong to any."""
        return self if user.is_active and user.is_desk else self.none()

    def readable_by(self, user: Any) -> "InboundMailQuerySet":
        """Mails whose words the person reads on a ticket anyway; the desk: all.

        A customer reads what they wrote in the portal, and never a mail of somebody else.
        """
        if not user.is_active or not user.is_staff_member:
            return self.none()
        if user.is_desk:
            return self
        opened = Q(message=None, fate="created", ticket__in=Ticket.objects.visible_to(user))
        return self.filter(opened | Q(message__in=Message.objects.visible_to(user)))

    def on_page(self, ticket: Any, messages: Iterable[int]) -> "InboundMailQuerySet":
        """The mail that opened the ticket, and those of these messages of it."""
        opened = Q(message=None, fate="created", ticket=ticket)
        return self.filter(opened | Q(message__in=list(messages), message__ticket=ticket))

    def search(self, words: str) -> "InboundMailQuerySet":
        """Every word in the sender or the subject."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(from_email__icontains=word)
                | Q(from_name__icontains=word)
                | Q(subject__icontains=word)
            )
        return found


class InboundSmsQuerySet(models.QuerySet):
    """Named filters over SMS that came in."""

    def visible_to(self, user: Any) -> "InboundSmsQuerySet":
        """The desk, as with mail."""
        return self if user.is_active and user.is_desk else self.none()

    def search(self, words: str) -> "InboundSmsQuerySet":
        """The beginning of a number, in any spelling that is one."""
        digits = "".join(char for char in words if char.isdecimal() or char == "+")
        return self.filter(from_phone__startswith=digits) if digits else self.none()

    def due(self, *, now: datetime) -> "InboundSmsQuerySet":
        """Those to read now: a bell that nobody heard, or another attempt."""
        return self.filter(fate="waiting", next_attempt_at__lte=now).order_by("next_attempt_at")


class ImapAccountQuerySet(models.QuerySet):
    """Named filters over the accounts that are fetched."""

    def in_use(self) -> "ImapAccountQuerySet":
        """Those to fetch from, now or later."""
        return self.filter(is_active=True, mailbox__is_active=True)

    def silent(self) -> "ImapAccountQuerySet":
        """Those whose server did not let us in several times in a row."""
        return self.in_use().filter(failures__gte=SILENT_AFTER).order_by("pk")

    def due(self, *, now: datetime) -> "ImapAccountQuerySet":
        """Those whose time has come and that no worker is at; the most overdue first."""
        idle = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.in_use().filter(idle, next_fetch_at__lte=now).order_by("next_fetch_at", "pk")
