"""A message that was filed with the wrong ticket goes to the right one, with its files."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tickets.actions.clocks import record
from tickets.actions.locks import lock_all
from tickets.actions.opening import save
from tickets.errors import CannotMoveMessage
from tickets.events import MessageMoved, MessageReceived
from tickets.models import Message, MessageKind, Status, Ticket, TicketFile


@transaction.atomic
def move_message(message: Message, into: Ticket, *, is_theirs: bool, actor: Any) -> Message:
    """Bring what came by mail to another ticket and return it; both tickets say so.

    is_theirs: its writer speaks for the customer of `into`; anybody else's words become an
    internal note there. Statuses stay as they are: a person does this and sees both. Raises
    CannotMoveMessage (it is not there any more, or the ticket takes no new words).
    """
    rows = lock_all([message.ticket, into])
    source, target = rows[message.ticket_id], rows[into.pk]
    found = source.messages.filter(pk=message.pk).first()
    if found is None:
        raise CannotMoveMessage(_("This message is not on this ticket any more."))
    if target.merged_into_id or target.status == Status.CLOSED:
        words = _("%(number)s is closed for good and takes no new words.")
        raise CannotMoveMessage(words % {"number": target.reference})
    found.ticket = target
    if found.kind != MessageKind.REPLY or not is_theirs:
        found.kind, found.is_from_customer, found.is_thanks = MessageKind.NOTE, False, False
    found.save(update_fields=["ticket", "kind", "is_from_customer", "is_thanks"])
    is_internal = found.kind == MessageKind.NOTE
    TicketFile.objects.filter(message=found).update(ticket=target, is_internal=is_internal)
    for ticket in (source, target):
        _hear_customer(ticket)
    away = MessageMoved(target.pk, target.reference, found.pk, found.author_name)
    record(away, subject=source, actor=actor)
    here = MessageReceived(source.pk, source.reference, found.pk, found.author_name)
    record(here, subject=target, actor=actor)
    return found


def _hear_customer(ticket: Ticket) -> None:
    """When the customer last said something, as the words now stand."""
    own = ticket.messages.filter(kind=MessageKind.REPLY, is_from_customer=True)
    ticket.last_customer_at = own.aggregate(at=Max("created_at"))["at"] or ticket.opened_at
    save(ticket, "last_customer_at")
