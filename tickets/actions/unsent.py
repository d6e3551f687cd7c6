"""Words not sent yet when their ticket goes: they become their author's draft elsewhere."""

from typing import Any

from django.db import transaction

from tickets.actions.clocks import record
from tickets.actions.drafts import locked_draft
from tickets.actions.people import may_follow
from tickets.events import ReplyHeld
from tickets.models import (
    Draft,
    DraftFile,
    HoldReason,
    Message,
    MessageKind,
    Outgoing,
    Ticket,
    TicketFile,
)


def is_left_behind(message: Message) -> bool:
    """Whether whoever wrote it does not work here any more."""
    return message.author is None or not message.author.is_active


def back_to_draft(outgoing: Outgoing, ticket: Ticket, *, user: Any) -> Draft:
    """Make an unsent reply the person's draft on the ticket, in front of what is there.

    The message goes, and its release with it. Inside a transaction, with the ticket locked.
    """
    message = outgoing.message
    draft = locked_draft(ticket, MessageKind.REPLY, user=user)
    draft.body = "\n\n".join(text for text in (message.body, draft.body) if text.strip())
    draft.copies, draft.set_status = ", ".join(outgoing.copies), outgoing.set_status
    draft.seen = draft.seen if draft.version else outgoing.seen
    draft.version += 1
    draft.save()
    files = TicketFile.objects.filter(message=message).order_by("pk")
    stored = list(files.values_list("stored", flat=True))
    files.delete()
    DraftFile.objects.bulk_create(DraftFile(draft=draft, stored_id=pk) for pk in stored)
    message.delete()
    return draft


@transaction.atomic
def carry_over(source: Ticket, into: Ticket) -> None:
    """Take everything unsent along when a ticket is merged: the words were for another thread.

    Replies on their way become drafts on the other ticket and their authors are told; drafts go
    there too. Whoever may not see the other ticket keeps the words on the old one, or they would
    be lost to them; so does everybody when the other ticket is another customer's, who would read
    what was meant for this one. Cc and a state that were chosen for the old ticket do not come
    along. The caller has locked both tickets.
    """
    is_across = source.customer_id != into.customer_id
    rows = Outgoing.objects.unsent().select_for_update(of=("self",))
    for outgoing in rows.filter(message__ticket=source).select_related("message__author"):
        message = outgoing.message
        if is_left_behind(message):  # nobody to give it back to: colleagues may decide
            message.kind = MessageKind.NOTE
            message.save(update_fields=["kind"])
            outgoing.delete()
            continue
        happened = ReplyHeld(
            message_id=message.pk,
            author_id=message.author.pk,
            author_name=message.author_name,
            reason=HoldReason.MERGED,
            why=str(HoldReason.MERGED.label),
        )
        outgoing.copies, outgoing.set_status, outgoing.seen = [], "", 0
        home = into if not is_across and may_follow(message.author, into) else source
        back_to_draft(outgoing, home, user=message.author)
        record(happened, subject=home, actor=None)
    if is_across:
        return
    drafts = Draft.objects.select_for_update(of=("self",)).filter(ticket=source)
    for draft in drafts.select_related("user"):
        if may_follow(draft.user, into):
            _move_draft(draft, into)


def _move_draft(draft: Draft, into: Ticket) -> None:
    """Behind what the same person has typed there."""
    there = locked_draft(into, draft.kind, user=draft.user)
    there.body = "\n\n".join(text for text in (there.body, draft.body) if text.strip())
    there.version += 1
    there.save()
    draft.files.update(draft=there)
    draft.delete()
