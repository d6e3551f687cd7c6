"""A message that is about something else becomes a ticket of its own.

The message stays where it was said, and becomes the report of the new ticket with its files. What
was said after it can move along: replies, notes and their files. Clocks of the new ticket begin
with it (SEMANTICS section 4).
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from tickets.actions.clocks import record
from tickets.actions.links import link_split
from tickets.actions.locks import lock_all
from tickets.actions.opening import open_ticket, save
from tickets.actions.people import apply_copies
from tickets.errors import CannotSplit
from tickets.events import SplitReceived, TicketSplit
from tickets.models import Message, MessageKind, Ticket, TicketFile

MOST_MOVED = 1_000


@transaction.atomic
def split_ticket(message: Message, subject: str, *, actor: Any, with_rest: bool = False) -> Ticket:
    """Open a ticket from a message and return it. with_rest: what was said after it moves along.

    The requester is the message's author when a customer wrote it, else that of the ticket; people
    in Cc are copied. Raises CannotSplit (a merged ticket, an unsent reply, too much to move) and
    what open_ticket raises.
    """
    ticket = lock_all([message.ticket])[message.ticket_id]
    message = _checked(message, ticket)
    made = open_ticket(
        customer=ticket.customer,
        requester=_author(message, ticket),
        subject=subject,
        description=message.body,
        actor=actor,
        channel=ticket.channel,
        device=ticket.device,
        category=ticket.category,
        priority=ticket.priority,
        files=[_copy_of(row) for row in message.files.select_related("stored").order_by("pk")],
    )
    copies = [copy.email for copy in ticket.copies.all()]
    apply_copies(made, copies, before=[])
    moved = _move_rest(message, ticket, made) if with_rest else 0
    link_split(ticket, made, actor=actor)
    said = TicketSplit(
        other_id=made.pk, other=made.reference, message_id=message.pk,
        author_name=message.author_name, moved=moved,
    )  # fmt: skip
    record(said, subject=ticket, actor=actor)
    here = SplitReceived(other_id=ticket.pk, other=ticket.reference)
    record(here, subject=made, actor=actor)
    return made


def _checked(message: Message, ticket: Ticket) -> Message:
    """The message as it stands now that nobody else can change its ticket."""
    if ticket.merged_into_id:
        raise CannotSplit(_("This ticket was merged: split the message on the other one."))
    found = ticket.messages.filter(pk=message.pk).first()
    if found is None:
        raise CannotSplit(_("This message is not on this ticket any more."))
    if found.kind == MessageKind.NOTE:
        raise CannotSplit(_("An internal note stays inside: the customer reads a ticket's report."))
    if found.kind == MessageKind.OUT:
        raise CannotSplit(_("This reply is not sent yet. Wait, or take it back."))
    return found


def _author(message: Message, ticket: Ticket) -> Contact | None:
    if not message.is_from_customer or message.author_id is None:
        return ticket.requester
    own = ticket.customer.contacts.filter(user=message.author_id).first()
    return own or ticket.requester


def _copy_of(row: TicketFile) -> UploadedFile:
    """The same bytes once more: each ticket owns its files, and deleting one harms no other."""
    stored = row.stored
    return UploadedFile(
        file=stored.file.open("rb"),
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size_bytes,
    )


def _move_rest(message: Message, ticket: Ticket, made: Ticket) -> int:
    later = Q(created_at__gt=message.created_at) | Q(
        created_at=message.created_at, pk__gt=message.pk
    )
    rest = ticket.messages.filter(later)
    if rest.filter(kind=MessageKind.OUT).exists():
        raise CannotSplit(_("A reply after this message is not sent yet. Wait, or take it back."))
    keys = list(rest.values_list("pk", flat=True)[: MOST_MOVED + 1])
    if len(keys) > MOST_MOVED:
        raise CannotSplit(_("More than 1,000 messages follow this one. Split the message alone."))
    Message.objects.filter(pk__in=keys).update(ticket=made)
    TicketFile.objects.filter(message__in=keys).update(ticket=made)
    replies = Message.objects.filter(pk__in=keys, kind=MessageKind.REPLY)
    for name, by_customer in (("last_customer_at", True), ("last_staff_at", False)):
        last = replies.filter(is_from_customer=by_customer).aggregate(at=Max("created_at"))["at"]
        setattr(made, name, max(filter(None, (getattr(made, name), last)), default=None))
    save(made, "last_customer_at", "last_staff_at")
    return len(keys)
