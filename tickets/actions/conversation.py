"""Replies and internal notes."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.events import is_automatic, speaker
from core.text import clean_text
from tickets.actions.clocks import record
from tickets.actions.drafts import finish_draft
from tickets.actions.lifecycle import change_status, reopen_ticket
from tickets.actions.mentions import mention_people
from tickets.actions.merging import lock_final
from tickets.actions.opening import attach, open_ticket, save, touch
from tickets.errors import TextMissing
from tickets.events import CustomerReplied, NoteAdded, StaffReplied, ThanksFiled
from tickets.models import DeskSettings, Message, MessageKind, Status, Ticket
from tickets.thanks import is_bare_thanks


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
    text = checked_body(body)
    ticket = lock_final(ticket, same_customer=True)
    if ticket.status == Status.CLOSED:
        return _follow_up(ticket, text, actor=actor, files=files, from_customer=from_customer)
    message = add_message(ticket, text, MessageKind.REPLY, actor, from_customer)
    attach(ticket, files, actor=actor, message=message)
    if from_customer:
        ticket.last_customer_at = message.created_at
        save(ticket, "last_customer_at")
        if _is_thanks(ticket, message):
            message.is_thanks = True
            message.save(update_fields=["is_thanks"])
            record(ThanksFiled(message_id=message.pk), subject=ticket, actor=actor)
            return message
        record(CustomerReplied(message_id=message.pk), subject=ticket, actor=actor)
        _wake(ticket, actor)
        return message
    say_replied(ticket, message, actor=actor)
    if set_status and set_status != ticket.status:
        change_status(ticket, set_status, actor=actor, resolution=text)
    return message


@transaction.atomic
def say_replied(ticket: Ticket, message: Message, *, actor: Any) -> None:
    """From now on the customer may read this reply of staff. The ticket is locked."""
    ticket.last_staff_at = message.created_at
    touch(ticket)
    save(ticket, "last_staff_at", "touched_at")
    record(StaffReplied(message_id=message.pk), subject=ticket, actor=actor)


@transaction.atomic
def add_note(
    ticket: Ticket,
    body: str,
    *,
    actor: Any,
    files: Iterable[UploadedFile] = (),
    kept: Collection[int] | None = (),
) -> Message:
    """Add an internal note: staff only, the state does not change, nobody outside is told.

    The actor's draft of a note is used up; kept: keys of its files that go along. None leaves the
    draft alone: these words did not come from the composer.
    """
    text = checked_body(body)
    written_on, ticket = ticket, lock_final(ticket)
    message = add_message(ticket, text, MessageKind.NOTE, actor, False)
    attach(ticket, files, actor=actor, message=message, is_internal=True)
    if kept is not None:
        finish_draft(written_on, MessageKind.NOTE, user=actor, message=message, kept=kept)
    touch(ticket)
    save(ticket, "touched_at")
    record(NoteAdded(message_id=message.pk), subject=ticket, actor=actor)
    mention_people(ticket, message, actor=actor)
    return message


def checked_body(body: str) -> str:
    """The text as it is stored. Raises TextMissing when it is empty or too long."""
    text = clean_text(body).strip()
    if not text:
        raise TextMissing(_("Write something first."), field="body")
    if len(text) > 100_000:
        raise TextMissing(
            _("This text is longer than 100,000 characters. Attach the rest as a file."),
            field="body",
        )
    return text


def add_message(
    ticket: Ticket, text: str, kind: MessageKind, actor: Any, from_customer: bool
) -> Message:
    """The bare row; what follows from it is the caller's to do."""
    return Message.objects.create(
        ticket=ticket,
        kind=kind,
        author=actor if getattr(actor, "pk", None) else None,
        author_name=str(
            actor or speaker() or (from_customer and ticket.requester) or gettext("Support")
        ),
        is_from_customer=from_customer,
        is_automatic=is_automatic(),
        body=text,
        created_at=timezone.now(),
    )


def _is_thanks(ticket: Ticket, message: Message) -> bool:
    """Whether the customer only says thanks for what is resolved. Files are never only thanks."""
    if ticket.status != Status.RESOLVED or message.files.exists():
        return False
    if not DeskSettings.load().files_thanks:
        return False
    answered = ticket.messages.filter(kind=MessageKind.REPLY).values_list("author_name", flat=True)
    names = {message.author_name, ticket.customer.name, *answered.order_by("-pk")[:20]}
    if ticket.requester:
        names.add(ticket.requester.name)
    return is_bare_thanks(message.body, names)


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
    following = open_follow_up(ticket, text, actor=actor, from_customer=from_customer)
    message = add_message(following, text, MessageKind.REPLY, actor, from_customer)
    attach(following, files, actor=actor, message=message)
    if not from_customer:
        say_replied(following, message, actor=actor)
    return message


def open_follow_up(ticket: Ticket, text: str, *, actor: Any, from_customer: bool) -> Ticket:
    """Open the ticket that follows a closed one; text: what the customer wrote, else unused."""
    writer = getattr(actor, "contact", None) if from_customer else None
    if writer is not None and writer.customer_id != ticket.customer_id:
        writer = None
    neutral = gettext("Follow-up of %(number)s, which is closed.") % {"number": ticket.reference}
    return open_ticket(
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


def _still_theirs(ticket: Ticket) -> Any:
    """The device, unless it has gone to another customer since."""
    device = ticket.device
    return device if device and device.customer_id == ticket.customer_id else None
