"""What providers and other servers say about mail of ours, once for each recipient."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.text import normalise_email
from mailbox.signs import what_is
from notifications.actions.outbox import mark_bounced
from notifications.models import BlockedAddress, Fate, MailDelivery, Notification
from tickets.actions.bounced import say_bounced
from tickets.models import Ticket

BLOCKED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class News:
    """About one recipient. reason: one of mailbox.parsing.reasons, "" when nothing went wrong."""

    address: str
    fate: Fate
    at: datetime
    reason: str = ""
    is_hard: bool = False


@transaction.atomic
def note_delivery(pk: int, news: News, *, tells: bool = True) -> bool:
    """Write down what became of a mail; returns whether that was new.

    The same news again changes nothing, nor does older news that arrives later. A mail that came
    back counts as failed in the outbox, and its author is told (tells: not when that happened
    already). An address that does not exist gets nothing automatic for BLOCKED_FOR.
    """
    row = Notification.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    address = normalise_email(news.address)
    if row is None or address not in recipients_of(row):
        return False
    known = row.deliveries.filter(address=address).first()
    if known is not None and Fate(known.fate).weight >= news.fate.weight:
        return False
    MailDelivery.objects.update_or_create(
        notification=row,
        address=address,
        defaults={
            "fate": news.fate,
            "reason": news.reason,
            "is_hard": news.is_hard,
            "happened_at": news.at,
        },
    )
    _judge(address, news)
    if news.fate == Fate.BOUNCED:
        if address == normalise_email(row.address):
            mark_bounced(row.pk, news.reason)
        if tells:
            _tell_author(row, news)
    return True


def recipients_of(row: Notification) -> set[str]:
    """Everybody the mail went to, in small letters; nobody for a message that is no mail."""
    return {normalise_email(address) for address in (row.address, *row.cc) if "@" in address}


def _judge(address: str, news: News) -> None:
    """Whether automatic mail may go there from now on."""
    if news.fate == Fate.DELIVERED:
        BlockedAddress.objects.filter(address=address).delete()
    elif news.is_hard:
        now = timezone.now()
        BlockedAddress.objects.update_or_create(
            address=address,
            defaults={"reason": news.reason, "blocked_at": now, "until": now + BLOCKED_FOR},
        )


def _tell_author(row: Notification, news: News) -> None:
    """As for a mail that came back by mail: the ticket says so, its author hears of it."""
    sent = what_is("notification", row.pk)
    ticket = Ticket.objects.filter(pk=sent.ticket_id or 0).first() if sent else None
    if sent is not None and ticket is not None:
        say_bounced(
            ticket,
            message_id=sent.message_id,
            author_id=sent.author_id,
            reason=news.reason,
            is_hard=news.is_hard,
        )
