"""A person's mail becomes a ticket, a message of the customer, or a note of a colleague."""

from contextlib import AbstractContextManager, nullcontext

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.events import spoken_by
from core.text import one_line
from customers.actions import add_contact, create_customer
from customers.models import CustomerKind
from mailbox.actions.content import files_of, subject_of, words_of
from mailbox.fates import Outcome
from mailbox.models import Fate, Mailbox
from mailbox.reading import Reading
from mailbox.threading import Thread
from mailbox.writers import Writer, is_colleague
from tickets.actions import add_note, add_reply, open_ticket, propose_copies, set_copies
from tickets.actions.people import MOST_COPIES, own_addresses
from tickets.errors import AddressRefused
from tickets.models import Ticket, TicketChannel


@transaction.atomic
def post(
    thread: Thread, reading: Reading, writer: Writer, mailbox: Mailbox, steps: list[str]
) -> Outcome:
    """Put the words where the thread leads. Raises what the actions of tickets raise."""
    if writer.colleague is not None:
        return _of_colleague(thread, reading, writer, steps)
    if thread.ticket is None:
        return _open(reading, writer, mailbox, steps)
    if writer.may_speak_in(thread.ticket):
        steps.append(f"writer: {writer.name} speaks for the customer")
        return add_words(thread.ticket, reading, writer, mailbox, steps, proven=thread.is_proven)
    steps.append("writer: nobody of this customer; kept inside, the customer does not see it")
    if thread.is_proven:
        _propose(thread.ticket, [writer.email], writer, steps)
    return note(thread.ticket, reading, writer, steps)


def _of_colleague(thread: Thread, reading: Reading, writer: Writer, steps: list[str]) -> Outcome:
    """Anybody can write a colleague's address; who answers a mail sent to them has their mail."""
    colleague = writer.colleague
    if colleague is None or thread.ticket is None or colleague.pk not in thread.user_ids:
        steps.append("writer: a colleague's address, but it answers no mail sent to them")
        return Outcome(
            Fate.QUARANTINED,
            gettext("From a colleague's address, without a sign that they wrote it."),
        )
    if not Ticket.objects.visible_to(colleague).filter(pk=thread.ticket.pk).exists():
        steps.append("writer: a colleague who may not see this ticket any more")
        return Outcome(Fate.QUARANTINED, gettext("The colleague may not see this ticket."))
    steps.append("writer: a colleague who answers a mail sent to them: an internal note")
    return note(thread.ticket, reading, writer, steps)


def note(ticket: Ticket, reading: Reading, writer: Writer, steps: list[str]) -> Outcome:
    """For colleagues' eyes, whoever wrote it."""
    files, left = files_of(reading)
    _say_left(left, steps)
    text = words_of(reading, left)
    if writer.colleague is None:
        said = gettext("Mail from %(name)s <%(email)s>, who is nobody of this ticket:")
        text = said % {"name": writer.name, "email": writer.email} + "\n\n" + text
    with _voice(writer):
        message = add_note(ticket, text, actor=writer.colleague, files=files, kept=None)
    return Outcome(Fate.APPENDED, ticket=message.ticket, message=message)


def add_words(
    ticket: Ticket,
    reading: Reading,
    writer: Writer,
    mailbox: Mailbox,
    steps: list[str],
    *,
    proven: bool,
) -> Outcome:
    """The customer's own words. A closed ticket gets a follow-up, a merged one hands them on."""
    started = timezone.now()
    files, left = files_of(reading)
    _say_left(left, steps)
    with _voice(writer):
        message = add_reply(
            ticket, words_of(reading, left), actor=writer.actor, files=files, from_customer=True
        )
    where = message.ticket
    is_requester = writer.contact is not None and writer.contact.pk == where.requester_id
    if proven and is_requester:
        _copy(where, reading, writer, mailbox, steps)
    elif not is_requester:
        _propose(where, _asked(where, reading, writer), writer, steps)
    is_new = where.pk != ticket.pk and where.opened_at >= started
    return Outcome(Fate.CREATED if is_new else Fate.APPENDED, ticket=where, message=message)


def _open(reading: Reading, writer: Writer, mailbox: Mailbox, steps: list[str]) -> Outcome:
    writer = _known(writer, steps)
    customer = writer.of_customer
    if customer is None:
        raise RuntimeError("a writer without a customer")
    files, left = files_of(reading)
    _say_left(left, steps)
    with _voice(writer):
        ticket = open_ticket(
            customer=customer,
            requester=writer.contact,
            subject=subject_of(reading),
            description=words_of(reading, left),
            actor=writer.actor,
            channel=TicketChannel.EMAIL,
            category=mailbox.category,
            team=mailbox.team,
            files=files,
        )
    steps.append(f"ticket: {ticket.reference} opened for {customer.name}")
    _copy(ticket, reading, writer, mailbox, steps)
    return Outcome(Fate.CREATED, ticket=ticket)


def _known(writer: Writer, steps: list[str]) -> Writer:
    """A stranger becomes a customer of their own: neither name nor domain makes them anybody's."""
    if writer.of_customer is not None:
        return writer
    name = one_line(writer.name)[:150] or writer.email
    customer = create_customer(actor=None, kind=CustomerKind.PERSON, name=name, email=writer.email)
    contact = add_contact(customer, actor=None, name=name, email=writer.email)
    steps.append(f"writer: nobody we know; {name} is a customer now")
    return Writer(name, writer.email, contact=contact)


def _copy(
    ticket: Ticket, reading: Reading, writer: Writer, mailbox: Mailbox, steps: list[str]
) -> None:
    """People the requester put in Cc get copies from now on; colleagues and mailboxes do not."""
    before = [row.email for row in ticket.copies.all()]
    new = _asked(ticket, reading, writer)
    if not new:
        return
    try:
        with _voice(writer):
            set_copies(ticket, [*before, *new], actor=writer.actor)
    except AddressRefused as error:
        steps.append(f"copies: not taken over, {error.message}")
    else:
        steps.append(f"copies: {len(new)} added by the requester")


def _asked(ticket: Ticket, reading: Reading, writer: Writer) -> list[str]:
    """Whom a mail names besides its writer, ourselves and those who get copies already."""
    known = own_addresses() | {writer.email}
    known |= {row.email.lower() for row in ticket.copies.all()}
    asked = [address.email.lower() for address in (*reading.mail.to, *reading.mail.cc)]
    new = [email for email in dict.fromkeys(asked) if email not in known]
    return [email for email in new[: 2 * MOST_COPIES] if not is_colleague(email)][:MOST_COPIES]


def _propose(ticket: Ticket, emails: list[str], writer: Writer, steps: list[str]) -> None:
    """Who is not the requester adds nobody: staff decides (SEMANTICS 5)."""
    with _voice(writer):
        count = propose_copies(ticket, emails, by=writer.name, actor=writer.actor)
    if count:
        steps.append(f"copies: {count} proposed, staff decides")


def _say_left(left: list[str], steps: list[str]) -> None:
    if left:
        steps.append(f"files: {len(left)} cannot be attached, they stay in the source")


def _voice(writer: Writer) -> AbstractContextManager[None]:
    """Who has no sign-in still has a name."""
    has_sign_in = writer.colleague is not None or writer.actor is not None
    return nullcontext() if has_sign_in else spoken_by(writer.name)
