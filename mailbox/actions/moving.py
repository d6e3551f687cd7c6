"""A person says where a mail belongs: its words go there, and later replies to it follow."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.events import record
from mailbox.actions.posting import add_words, note
from mailbox.errors import CannotMove
from mailbox.events import MailMoved
from mailbox.models import Fate, InboundMail
from mailbox.parsing.addresses import Address
from mailbox.reading import read
from mailbox.storing import bytes_of
from mailbox.writers import Writer, writer_of
from tickets.actions.merging import final_target, merge_tickets
from tickets.actions.moving import move_message
from tickets.models import Ticket


@transaction.atomic
def move_mail(mail: InboundMail, into: Ticket, *, actor: Any) -> InboundMail:
    """Bring a mail to this ticket, from another one, from quarantine or from among the ignored.

    Words of somebody who is nobody of that ticket's customer become an internal note. A ticket
    that this mail opened is merged into the other, while nobody else wrote on it. Raises
    CannotMove, CannotMoveMessage and CannotMerge.
    """
    row = (
        InboundMail.objects.select_for_update(of=("self",))
        .select_related("mailbox", "message", "ticket__customer")
        .get(pk=mail.pk)
    )
    into = final_target(into)
    here = row.message.ticket_id if row.message else row.ticket_id
    if here == into.pk:
        raise CannotMove(gettext("It is on this ticket already."))
    writer = _writer(row)
    if row.fate == Fate.CREATED and row.message is None and row.ticket is not None:
        if row.ticket.messages.exists():
            raise CannotMove(
                gettext("More was said on %(number)s since. Merge it, or split a message from it.")
                % {"number": row.ticket.reference}
            )
        merge_tickets(row.ticket, into, requester=into.requester, actor=actor)
    elif row.message is not None:
        is_theirs = writer.may_speak_in(into)
        row.message = move_message(row.message, into, is_theirs=is_theirs, actor=actor)
    else:
        _add(row, into, writer)
    row.fate, row.ticket, row.moved_at, row.reason = Fate.APPENDED, into, timezone.now(), ""
    row.steps = [*row.steps, f"moved: to {into.reference} by {actor}"]
    row.save(update_fields=["fate", "ticket", "message", "moved_at", "reason", "steps"])
    record(MailMoved(other=into.reference, other_id=into.pk), subject=row, actor=actor)
    return row


def _writer(row: InboundMail) -> Writer:
    return writer_of(Address(row.from_name, row.from_email))


def _add(row: InboundMail, into: Ticket, writer: Writer) -> None:
    """Words that stand nowhere yet."""
    reading, steps = read(bytes_of(row)), row.steps
    if writer.colleague is None and writer.may_speak_in(into):
        found = add_words(into, reading, writer, row.mailbox, steps, proven=False)
    else:
        found = note(into, reading, writer, steps)
    row.message, row.ticket = found.message, found.ticket
