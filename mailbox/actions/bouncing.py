"""A mail of ours that came back finds its message and tells its author."""

import logging

from core import mail_ids
from mailbox.fates import Outcome
from mailbox.models import Fate, InboundMail
from mailbox.parsing.bounces import Bounce, Failure
from mailbox.parsing.message import ids_in
from mailbox.reading import Reading, read
from mailbox.signs import what_is
from mailbox.storing import bytes_of
from tickets.actions.bounced import say_bounced
from tickets.models import Ticket

logger = logging.getLogger(__name__)
MOST_REASON = 200


def find_bounced(reading: Reading, steps: list[str]) -> Outcome:
    """Only our own signature ties it to a ticket: anybody can write a mail that looks like one."""
    bounce = reading.kind.bounce
    reason = reason_of(bounce)
    sign = bounced_sign(reading)
    if sign is None:
        steps.append("bounce: of no mail that we signed")
        return Outcome(Fate.BOUNCE, reason)
    sent = what_is(*sign)
    steps.append(f"bounce: of {sign[0]} {sign[1]}")
    ticket = Ticket.objects.filter(pk=sent.ticket_id or 0).first() if sent else None
    if sent is None or ticket is None:
        return Outcome(Fate.BOUNCE, reason)
    say_bounced(
        ticket,
        message_id=sent.message_id,
        author_id=sent.author_id,
        reason=reason,
        is_hard=is_hard(bounce),
    )
    steps.append(f"bounce: said in {ticket.reference}, its author is told")
    return Outcome(Fate.BOUNCE, reason, ticket=ticket)


def bounced_sign(reading: Reading) -> tuple[str, int] | None:
    """The sign of the mail that came back: named, given back whole, or as its head alone."""
    mail, bounce = reading.mail, reading.kind.bounce
    named = [bounce.original_message_id] if bounce else []
    named += [nested.message_id for nested in mail.nested]
    named += [text for _kind, said in mail.reports for text in ids_in(said)[:20]]
    return next((sign for text in named if (sign := mail_ids.read_id(text))), None)


def failures_in(pk: int) -> tuple[Failure, ...]:
    """Whom a mail that came back could not reach; none when its bytes are gone. Reads the bytes."""
    row = InboundMail.objects.filter(pk=pk).first()
    try:
        bounce = read(bytes_of(row)).kind.bounce if row else None
    except FileNotFoundError:
        logger.error("mail %s has no bytes", pk)
        return ()
    return bounce.failures if bounce else ()


def reason_of(bounce: Bounce | None) -> str:
    """The first failure in a few words, without the address: the event must be forgettable."""
    if bounce is None or not bounce.failures:
        return "unknown"
    first = bounce.failures[0]
    return f"{first.status} {first.reason}".strip()[:MOST_REASON]


def is_hard(bounce: Bounce | None) -> bool:
    """Writing again is of no use."""
    return bounce is not None and any(failure.hard for failure in bounce.failures)
