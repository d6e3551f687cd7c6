"""What became of the replies of a ticket, in words for the page that shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import EventRecord
from notifications.models import (
    BlockedAddress,
    Fate,
    MailDelivery,
    Medium,
    Notification,
    State,
)
from tickets.models import Ticket

MOST_ROWS = 400
# mailbox.parsing.reasons in words.
REASONS = {
    "user_unknown": gettext_lazy("there is no such address"),
    "host_unknown": gettext_lazy("there is no such domain"),
    "takes_no_mail": gettext_lazy("it takes no mail"),
    "moved": gettext_lazy("the person has moved to another address"),
    "mailbox_full": gettext_lazy("the mailbox is full"),
    "too_large": gettext_lazy("the mail is too large for it"),
    "expired": gettext_lazy("its server could not be reached for too long"),
    "blocked": gettext_lazy("its server blocks our mail"),
    "refused": gettext_lazy("its server refused the mail"),
    "complaint": gettext_lazy("it was reported as spam"),
    "system": gettext_lazy("its server has a problem"),
}


@dataclass(frozen=True)
class Shown:
    """The state of one reply as a pill. why: more words, or ""; pk: its row in the outbox."""

    message_id: int
    words: str
    tone: str
    icon: str
    why: str
    pk: int


def reason_words(reason: str) -> str:
    return str(REASONS.get(reason, _("no reason was given")))


def states_of(ticket: Ticket, messages: Iterable[int]) -> list[Shown]:
    """What became of these replies of the ticket; of those that told nobody there is none."""
    told = EventRecord.objects.filter(
        subject_type="tickets.ticket",
        subject_id=ticket.pk,
        name="ticket.staff_replied",
        payload__message_id__in=list(messages),
    )
    rows: QuerySet[Notification] = (
        Notification.objects.filter(event__in=told, rule__audience__in=["requester", "copies"])
        .exclude(channel__in=[Medium.BELL, Medium.PUSH])
        .select_related("event")
        .prefetch_related("deliveries")
        .defer("body_text", "body_html")
        .order_by("pk")
    )
    return [_shown(row) for row in rows[:MOST_ROWS] if row.event]


def blocked_of(ticket: Ticket) -> list[BlockedAddress]:
    """Addresses of the ticket's people at which mail came back."""
    person = ticket.requester or ticket.customer
    addresses = [str(person.email or ""), *(copy.email for copy in ticket.copies.all())]
    return list(BlockedAddress.objects.now_among(addresses))


def _shown(row: Notification) -> Shown:
    words, tone, icon, why = _state(row)
    message_id = row.event.payload["message_id"] if row.event else 0
    return Shown(message_id, words, tone, icon, why, row.pk)


def _state(row: Notification) -> tuple[str, str, str, str]:
    deliveries = list(row.deliveries.all())
    worst = max(deliveries, key=lambda one: Fate(one.fate).weight, default=None)
    if worst is not None and worst.fate == Fate.BOUNCED:
        return _("Came back"), "red", "alert-circle", _said(worst)
    match row.state:
        case State.FAILED:
            return _("Not delivered"), "red", "alert-circle", row.last_error
        case State.UNSENT:
            return _("Not sent"), "amber", "ban", row.last_error
        case State.HELD:
            return _("Held for later"), "blue", "clock", ""
        case State.QUEUED if row.attempts:
            return _("Will be tried again"), "amber", "clock", row.last_error
        case State.QUEUED | State.SENDING:
            return _("Waiting to be sent"), "blue", "clock", ""
    return _sent(row, deliveries, worst)


def _sent(
    row: Notification, deliveries: list[MailDelivery], worst: MailDelivery | None
) -> tuple[str, str, str, str]:
    if worst is not None and worst.fate == Fate.COMPLAINED:
        return _("Reported as spam"), "amber", "alert-triangle", _said(worst)
    delayed = [one for one in deliveries if one.fate == Fate.DEFERRED]
    if delayed:
        return _("Delayed"), "amber", "clock", _said(delayed[0])
    if len(deliveries) == 1 + len(row.cc):
        return _("Delivered"), "green", "check", ""
    return _("Sent"), "", "check", ""


def _said(delivery: MailDelivery) -> str:
    """The address and the reason."""
    if delivery.fate == Fate.DEFERRED and not delivery.reason:
        return delivery.address
    return f"{delivery.address}: {reason_words(delivery.reason)}"
