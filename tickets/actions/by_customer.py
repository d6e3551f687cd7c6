"""What a customer's person does in the portal. Each may be sent twice and happens once."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from core.text import clean_text
from tickets.actions.conversation import add_reply
from tickets.actions.lifecycle import close_ticket, reopen_ticket, resolve_ticket
from tickets.actions.merging import lock_final
from tickets.actions.opening import lock, open_ticket
from tickets.models import Message, Status, Ticket

SAME_WORDS = timedelta(minutes=2)  # the same reply again so soon is a second press, not a wish


def report_problem(*, key: str, **report: Any) -> tuple[Ticket, bool]:
    """Open a ticket once per key; returns (ticket, whether it is new).

    key: 100 characters at most; the unique external_id holds it, so two requests at the same
    moment make one ticket. report: arguments of open_ticket. Raises what open_ticket raises.
    """
    try:
        with transaction.atomic():
            return open_ticket(external_id=key, **report), True
    except IntegrityError:
        made = Ticket.objects.filter(external_id=key, customer=report["customer"]).first()
        if made is None:
            raise
        return made, False


@transaction.atomic
def reply_as_customer(
    ticket: Ticket, body: str, *, actor: Any, files: Iterable[UploadedFile] = ()
) -> Message:
    """Add the customer's reply as add_reply does; the same words again at once are not added."""
    # A second press waits here and then finds the first one's message.
    ticket = lock_final(ticket, same_customer=True)
    again = Message.objects.filter(
        Q(ticket=ticket) | Q(ticket__follows=ticket),
        author=actor,
        is_from_customer=True,
        body=clean_text(body).strip(),
        created_at__gte=timezone.now() - SAME_WORDS,
    )
    found = again.select_related("ticket").first()
    return found or add_reply(ticket, body, actor=actor, files=files, from_customer=True)


@transaction.atomic
def confirm_fixed(ticket: Ticket, *, actor: Any, words: str = "") -> Ticket:
    """The customer says that it works: resolve what is still open, and close it for good.

    words: what helped, if they say so. A ticket that is closed already stays as it is.
    """
    ticket = lock(ticket)
    if ticket.status == Status.CLOSED:
        return ticket
    if ticket.status != Status.RESOLVED:
        text = words.strip() or gettext("The customer says that it is fixed.")
        ticket = resolve_ticket(ticket, text, actor=actor, by_customer=True)
    return close_ticket(ticket, actor=actor, by_customer=True)


@transaction.atomic
def report_not_fixed(ticket: Ticket, *, actor: Any) -> Ticket:
    """The customer says that it does not work: a resolved ticket opens again, others stay."""
    ticket = lock(ticket)
    if ticket.status != Status.RESOLVED:
        return ticket
    return reopen_ticket(ticket, actor=actor, by_customer=True)
