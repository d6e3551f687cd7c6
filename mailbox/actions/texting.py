"""SMS that come in: stored as they came, then read by a worker, one fate each.

Whose number it is decides who speaks. A customer's words go to the ticket the phone was last told
about by SMS, else to their last open one, else to a new one. A colleague's become an internal
note of such a ticket or of their only job. A stranger becomes a customer named by the number, as
with mail; a number of several customers without such a ticket waits for a person.
"""

import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

import phonenumbers
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from core.events import backoff, record, ring, spoken_by
from core.text import clean_text, one_line
from customers.actions import add_contact, create_customer
from customers.models import CustomerKind
from mailbox.actions.content import kept_of
from mailbox.callers import Caller, caller_of, is_storable
from mailbox.errors import NotInQuarantine
from mailbox.events import SmsHelpAsked, SmsMoved, SmsRunAgain, SmsStarted, SmsStopped
from mailbox.media import Media, fetch_media
from mailbox.models import InboundSms, SmsFate
from mailbox.told import tickets_told
from tickets.actions import add_note, add_reply, open_ticket
from tickets.models import DONE, Ticket, TicketChannel

logger = logging.getLogger(__name__)
# Twilio's own words, exactly: it stops sending at these by itself.
STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
START, YES, HELP = {"start", "unstop"}, {"yes"}, {"help", "info"}
TOLD = timedelta(days=30)  # an answer comes sooner
MOST_ATTEMPTS = 4
HOUR = timedelta(hours=1)


@transaction.atomic
def store_sms(*, sid: str, sender: str, to: str, body: str, **more: Any) -> tuple[InboundSms, bool]:
    """Keep an SMS and ring for its reading; returns (its row, whether it is new).

    more: media ([{"url", "type"}]) and opt_out, what Twilio already did ("STOP", "START", "HELP").
    """
    row, is_new = InboundSms.objects.get_or_create(
        sid=sid[:64],
        defaults={
            "from_phone": e164(sender),
            "to_phone": e164(to),
            "body": clean_text(body)[:4000],
            "next_attempt_at": timezone.now(),
            **more,
        },
    )
    if is_new:
        ring("mailbox.read_sms", row.pk)
    else:
        InboundSms.objects.filter(pk=row.pk).update(duplicates=F("duplicates") + 1)
    return row, is_new


def e164(text: str) -> str:
    """The number as it is stored everywhere; what is none (a word, a short code) as it came."""
    text = one_line(text)[:32]
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_sms(pk: int) -> bool:
    """Give a stored SMS its fate; False when somebody else has it or it has one.

    What fails is rolled back and waits for a person with the reason. Pictures are fetched before
    anything is locked, and again later when they could not be.
    """
    row = _claim(pk)
    if row is None:
        return False
    media = fetch_media(row.media)
    if media.missing and row.attempts < MOST_ATTEMPTS:
        return False  # next_attempt_at is set; the sweep comes back
    try:
        with transaction.atomic():
            found = _locked(pk)
            if found.fate != SmsFate.WAITING:
                return False
            _act(found, media, by_hand=False)
    except OperationalError:
        raise  # PostgreSQL is away: not this message's fault
    except Exception as error:
        logger.exception("SMS %s could not be handled", pk)
        _set_aside(pk, error)
    return True


@transaction.atomic
def run_sms_again(sms: InboundSms, *, actor: Any) -> InboundSms:
    """Let one through that was held back. Raises NotInQuarantine."""
    row = _locked(sms.pk)
    if row.fate != SmsFate.QUARANTINED:
        raise NotInQuarantine
    _act(row, Media([], [one["type"] for one in row.media]), by_hand=True)
    record(SmsRunAgain(fate=row.fate), subject=row, actor=actor)
    return row


@transaction.atomic
def move_sms(sms: InboundSms, into: Ticket, *, actor: Any) -> InboundSms:
    """Bring one that was held back to this ticket. Raises NotInQuarantine.

    Words of somebody who is nobody of its customer become an internal note.
    """
    row = _locked(sms.pk)
    if row.fate != SmsFate.QUARANTINED:
        raise NotInQuarantine
    caller = caller_of(row.from_phone)
    media = Media([], [one["type"] for one in row.media])
    if into.customer_id in caller.customer_ids:
        _reply(row, into, caller, media)
    else:
        _note(row, into, None, media)
    record(SmsMoved(other=into.reference, other_id=into.pk), subject=row, actor=actor)
    return row


@transaction.atomic
def _claim(pk: int) -> InboundSms | None:
    """Count an attempt before it is made, so that one that ends its worker ends too."""
    now = timezone.now()
    rows = InboundSms.objects.select_for_update(skip_locked=True)
    row = rows.filter(pk=pk, fate=SmsFate.WAITING, next_attempt_at__lte=now).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        _finish(row, SmsFate.QUARANTINED, gettext("Reading it ended the worker each time."))
        return None
    row.attempts += 1
    row.next_attempt_at = now + backoff(row.attempts, base=30)
    row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def _locked(pk: int) -> InboundSms:
    return InboundSms.objects.select_for_update(of=("self",)).get(pk=pk)


@transaction.atomic
def _set_aside(pk: int, error: Exception) -> None:
    words = getattr(error, "message", "") or f"{type(error).__name__}: {error}"[:500]
    _finish(_locked(pk), SmsFate.QUARANTINED, str(words))


def _act(row: InboundSms, media: Media, *, by_hand: bool) -> None:
    if _is_order(row):
        return
    why = "" if by_hand else _storm(row)
    if why:
        _finish(row, SmsFate.QUARANTINED, why)
        return
    caller = caller_of(row.from_phone)
    if caller.colleagues:
        _of_colleague(row, caller, media)
    else:
        _of_customer(row, caller, media, by_hand=by_hand)


def _is_order(row: InboundSms) -> bool:
    """Whether it is a word for the machine. YES starts again, and may be an answer as well."""
    said = row.opt_out.lower() or row.body.strip().rstrip(".!").lower()
    if said in STOP:
        record(SmsStopped(), subject=row)
        _finish(row, SmsFate.STOPPED, "")
    elif said in START:
        record(SmsStarted(), subject=row)
        _finish(row, SmsFate.STARTED, "")
    elif said in HELP:
        if not row.opt_out:  # else Twilio has answered
            record(SmsHelpAsked(), subject=row)
        _finish(row, SmsFate.HELPED, "")
    else:
        if said in YES:
            record(SmsStarted(), subject=row)
        return False
    return True


def _storm(row: InboundSms) -> str:
    """Why nothing more of this number is taken for now, "" when there is no storm."""
    recent = InboundSms.objects.filter(
        from_phone=row.from_phone,
        received_at__gt=timezone.now() - HOUR,
        ticket__isnull=False,
    )
    most = settings.SMS_IN_PER_NUMBER_HOUR
    if recent[:most].count() < most:
        return ""
    return gettext("More than %(limit)s SMS of this number within an hour.") % {"limit": most}


def _of_colleague(row: InboundSms, caller: Caller, media: Media) -> None:
    if len(caller.colleagues) > 1:
        _finish(row, SmsFate.QUARANTINED, gettext("Several colleagues have this number."))
        return
    colleague = caller.colleagues[0]
    theirs = Ticket.objects.visible_to(colleague).exclude(status__in=DONE)
    told = tickets_told(row.from_phone, timezone.now() - TOLD)
    found = {ticket.pk: ticket for ticket in theirs.filter(pk__in=told)}
    ticket = next((found[pk] for pk in told if pk in found), None)
    if ticket is None:
        jobs = list(theirs.filter(technician__user=colleague)[:2])
        ticket = jobs[0] if len(jobs) == 1 else None
    if ticket is None:
        words = gettext("A colleague's SMS that belongs to none of their tickets for certain.")
        _finish(row, SmsFate.QUARANTINED, words)
        return
    _note(row, ticket, colleague, media)


def _of_customer(row: InboundSms, caller: Caller, media: Media, *, by_hand: bool) -> None:
    ticket = _ticket_of(row, caller)
    if ticket is not None:
        _reply(row, ticket, caller, media)
    elif len(caller.customers) > 1:
        _finish(row, SmsFate.QUARANTINED, gettext("Several customers have this number."))
    elif not by_hand and _opens_too_many(row):
        words = gettext("More than %(limit)s new tickets of this number within an hour.")
        _finish(row, SmsFate.QUARANTINED, words % {"limit": settings.MAIL_TICKETS_PER_PAIR_HOUR})
    else:
        _open(row, caller, media)


def _opens_too_many(row: InboundSms) -> bool:
    most = settings.MAIL_TICKETS_PER_PAIR_HOUR
    opened = InboundSms.objects.filter(
        from_phone=row.from_phone,
        received_at__gt=timezone.now() - HOUR,
        fate=SmsFate.CREATED,
    )
    return opened[:most].count() >= most


def _ticket_of(row: InboundSms, caller: Caller) -> Ticket | None:
    """The one this phone was last told about, of its own customer; else the last open one."""
    ours = Ticket.objects.filter(customer_id__in=caller.customer_ids)
    told = tickets_told(row.from_phone, timezone.now() - TOLD)
    found = {ticket.pk: ticket for ticket in ours.filter(pk__in=told)}
    for pk in told:
        if pk in found:
            return found[pk]
    opened = ours.exclude(status__in=DONE).order_by("-pk")
    if caller.contact is not None:
        return opened.filter(requester=caller.contact).first()
    only = list(opened[:2])
    return only[0] if len(only) == 1 else None


def _open(row: InboundSms, caller: Caller, media: Media) -> None:
    contact, customer = caller.contact, next(iter(caller.customers), None)
    if customer is None:
        customer = create_customer(
            actor=None, kind=CustomerKind.PERSON, name=row.from_phone, phone=_as_phone(row)
        )
        contact = add_contact(customer, actor=None, name=row.from_phone, phone=_as_phone(row))
    files, left = kept_of(media.files)
    text = _words(row, media, left)
    with _voice(caller):
        ticket = open_ticket(
            customer=customer,
            requester=contact,
            subject=one_line(row.body)[:80] or gettext("SMS from %s") % row.from_phone,
            description=text,
            actor=_actor(caller),
            channel=TicketChannel.SMS,
            files=files,
        )
    row.ticket = ticket
    _finish(row, SmsFate.CREATED, "")


def _as_phone(row: InboundSms) -> str:
    return row.from_phone if is_storable(row.from_phone) else ""


def _reply(row: InboundSms, ticket: Ticket, caller: Caller, media: Media) -> None:
    started = timezone.now()
    files, left = kept_of(media.files)
    with _voice(caller):
        message = add_reply(
            ticket,
            _words(row, media, left),
            actor=_actor(caller),
            files=files,
            from_customer=True,
        )
    row.ticket, row.message = message.ticket, message
    is_new = message.ticket_id != ticket.pk and message.ticket.opened_at >= started
    _finish(row, SmsFate.CREATED if is_new else SmsFate.APPENDED, "")


def _note(row: InboundSms, ticket: Ticket, colleague: Any, media: Media) -> None:
    """For colleagues' eyes: a number can be forged, so nobody is answered in their name."""
    files, left = kept_of(media.files)
    text = gettext("SMS from %s:") % row.from_phone + "\n\n" + _words(row, media, left)
    with nullcontext() if colleague else spoken_by(row.from_phone):
        message = add_note(ticket, text, actor=colleague, files=files, kept=None)
    row.ticket, row.message = message.ticket, message
    _finish(row, SmsFate.APPENDED, "")


def _words(row: InboundSms, media: Media, left: list[str]) -> str:
    text = row.body.strip() or gettext("(This SMS has no text.)")
    if lost := [*left, *media.missing]:
        text += "\n\n" + gettext("Not attached: %(names)s") % {"names": ", ".join(lost)}
    return text


def _actor(caller: Caller) -> Any:
    user = caller.contact.user if caller.contact else None
    return user if user is not None and user.is_active else None


def _voice(caller: Caller) -> AbstractContextManager[None]:
    return nullcontext() if _actor(caller) is not None else spoken_by(caller.name)


def _finish(row: InboundSms, fate: str, reason: str) -> None:
    row.fate, row.reason = fate, reason
    row.save(update_fields=["fate", "reason", "ticket", "message"])
