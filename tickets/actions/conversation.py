"""Replies and internal notes."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import clean_text
from tickets.actions.clocks import record
from tickets.actions.lifecycle import change_status, reopen_ticket
from tickets.actions.merging import lock_final
from tickets.actions.opening import attach, open_ticket, save, touch
from tickets.errors import TextMissing
from tickets.events import CustomerReplied, NoteAdded, StaffReplied
from tickets.models import Message, MessageKind, Status, Ticket


@transaction.atomic
def add_reply(
    ticket: Ticket,
    body: str,
    *,
    actor: Any,
    files: Iterable[UploadedFile] = (),
    from_customer: bool = False,
    set_status: str | None = None,
) -> Message:
    """Add a public reply and return it.

    A customer's reply wakes a waiting ticket, reopens a resolved one, and on a closed one opens
    a follow-up ticket that holds the message. On a merged one it goes to the ticket that took
    its words, unless that is another customer's. set_status: the state staff chose with it.
    """
    text = _body(body)
    ticket = lock_final(ticket, same_customer=True)
    if ticket.status == Status.CLOSED:
        return _follow_up(ticket, text, actor=actor, files=files, from_customer=from_customer)
    message = _add(ticket, text, MessageKind.REPLY, actor, from_customer)
    attach(ticket, files, actor=actor, message=message)
    if from_customer:
        ticket.last_customer_at = message.created_at
        save(ticket, "last_customer_at")
        record(CustomerReplied(message_id=message.pk), subject=ticket, actor=actor)
        _wake(ticket, actor)
        return message
    ticket.last_staff_at = message.created_at
    touch(ticket)
    save(ticket, "last_staff_at", "touched_at")
    record(StaffReplied(message_id=message.pk), subject=ticket, actor=actor)
    if set_status and set_status != ticket.status:
        change_status(ticket, set_status, actor=actor, resolution=text)
    return message


@transaction.atomic
def add_note(
    ticket: Ticket, body: str, *, actor: Any, files: Iterable[UploadedFile] = ()
) -> Message:
    """Add an internal note: staff only, the state does not change, nobody outside is told."""
    text = _body(body)
    ticket = lock_final(ticket)
    message = _add(ticket, text, MessageKind.NOTE, actor, False)
    attach(ticket, files, actor=actor, message=message, is_internal=True)
    touch(ticket)
    save(ticket, "touched_at")
    record(NoteAdded(message_id=message.pk), subject=ticket, actor=actor)
    return message


def _body(body: str) -> str:
    text = clean_text(body).strip()
    if not text:
        raise TextMissing(_("Write something first."), field="body")
    if len(text) > 100_000:
        raise TextMissing(
            _("This text is longer than 100,000 characters. Attach the rest as a file."),
            field="body",
        )
    return text


def _add(ticket: Ticket, text: str, kind: MessageKind, actor: Any, from_customer: bool) -> Message:
    return Message.objects.create(
        ticket=ticket,
        kind=kind,
        author=actor if getattr(actor, "pk", None) else None,
        author_name=str(actor or ticket.requester or gettext("Support")),
        is_from_customer=from_customer,
        body=text,
        created_at=timezone.now(),
    )


def _wake(ticket: Ticket, actor: Any) -> None:
    """The customer wrote: a ticket that waited for them, or was thought done, is open again."""
    if ticket.status == Status.RESOLVED:
        reopen_ticket(ticket, actor=actor, by_customer=True)
    elif ticket.status in (Status.WAITING, Status.ON_HOLD):
        change_status(ticket, Status.OPEN, actor=actor)


def _follow_up(
    ticket: Ticket, text: str, *, actor: Any, files: Iterable[UploadedFile], from_customer: bool
) -> Message:
    """A closed ticket stays closed: what is written now starts a new one that names the old.

    The description shows as the customer's words, so it is theirs or a neutral sentence.
    """
    running = ticket.follow_ups.live().order_by("-pk").first()
    if running is not None:
        return add_reply(running, text, actor=actor, files=files, from_customer=from_customer)
    writer = getattr(actor, "contact", None) if from_customer else None
    if writer is not None and writer.customer_id != ticket.customer_id:
        writer = None
    neutral = gettext("Follow-up of %(number)s, which is closed.") % {"number": ticket.reference}
    following = open_ticket(
        customer=ticket.customer,
        requester=writer or ticket.requester,
        subject=ticket.subject,
        description=text if from_customer else neutral,
        actor=actor,
        channel=ticket.channel,
        device=_still_theirs(ticket),
        category=ticket.category,
        priority=ticket.priority,
        follows=ticket,
    )
    message = _add(following, text, MessageKind.REPLY, actor, from_customer)
    attach(following, files, actor=actor, message=message)
    if not from_customer:
        following.last_staff_at = message.created_at
        touch(following)
        save(following, "last_staff_at", "touched_at")
        record(StaffReplied(message_id=message.pk), subject=following, actor=actor)
    return message


def _still_theirs(ticket: Ticket) -> Any:
    """The device, unless it has gone to another customer since."""
    device = ticket.device
    return device if device and device.customer_id == ticket.customer_id else None
