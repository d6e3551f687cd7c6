"""The one way out for replies of staff: stored at once, read by the customer after a while.

Until it is released a reply is a message of kind "out", which no page, search or counter of a
customer knows. Everything that follows from a reply (its event, mails, the state chosen with it,
the clock it stops) happens at the release. Undo, release and hold all lock the ticket first, so
exactly one of them finds the reply unsent.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.events import ring
from tickets.actions.clocks import record
from tickets.actions.conversation import (
    add_message,
    checked_body,
    open_follow_up,
    say_replied,
)
from tickets.actions.custom import require_fields
from tickets.actions.drafts import finish_draft
from tickets.actions.lifecycle import change_status
from tickets.actions.merging import lock_final
from tickets.actions.opening import attach, lock
from tickets.actions.people import apply_copies, clean_copies, follow_own_answer
from tickets.actions.unsent import back_to_draft, is_left_behind
from tickets.custom import missing_fields
from tickets.errors import NotYourReply, StaleReply, TextMissing, TooLateToUndo, WrongMoment
from tickets.events import ReplyHeld, ReplyQueued, ReplyUndone, StatusKept
from tickets.models import (
    MOVES,
    DeskSettings,
    Draft,
    HoldReason,
    Message,
    MessageKind,
    Outgoing,
    Status,
    Ticket,
    TicketFile,
)
from tickets.models.ticket import RESOLUTION_LENGTH

logger = logging.getLogger(__name__)
LATEST = timedelta(days=366)
# What waits longer is the sweep's: a broker hands a task that sleeps for long out twice.
LONGEST_SLEEP = timedelta(minutes=5)


@dataclass(frozen=True)
class NewReply:
    """What somebody pressed Send on.

    seen: key of the newest message the author's page showed; None asks nothing. copies: addresses
    in Cc, None for the ticket's own. send_at: None for the usual few seconds. kept: keys of the
    draft's files that go along; None leaves the draft alone, the words did not come from it.
    """

    body: str
    files: Iterable[UploadedFile] = ()
    set_status: str = ""
    seen: int | None = None
    copies: Sequence[str] | None = None
    send_at: datetime | None = None
    kept: Collection[int] | None = ()


@transaction.atomic
def send_reply(ticket: Ticket, new: NewReply, *, actor: Any) -> Message:
    """Take a reply of staff for sending and return its message; the actor's draft is used up.

    Raises StaleReply, WrongMoment, AddressRefused, TextMissing and FileRefused.
    """
    text = checked_body(new.body)
    if new.set_status == Status.RESOLVED and len(text) > RESOLUTION_LENGTH:
        raise TextMissing(
            _("A reply that resolves the ticket holds 20,000 characters at most."), field="body"
        )
    now = timezone.now()
    if new.send_at is not None and not now < new.send_at <= now + LATEST:
        raise WrongMoment
    written_on, ticket = ticket, lock_final(ticket, same_customer=True)
    if new.set_status == Status.RESOLVED and ticket.is_live:
        require_fields(ticket)
    if new.seen is not None:
        refuse_stale(ticket, new.seen, actor=actor)
    before = [copy.email for copy in ticket.copies.all()]
    copies = before if new.copies is None else clean_copies(ticket, new.copies)
    message = add_message(ticket, text, MessageKind.OUT, actor, False)
    attach(ticket, new.files, actor=actor, message=message)
    if new.kept is not None:
        finish_draft(written_on, MessageKind.REPLY, user=actor, message=message, kept=new.kept)
    outgoing = Outgoing.objects.create(
        message=message,
        release_at=new.send_at or now + undo_window(),
        is_scheduled=new.send_at is not None,
        set_status=new.set_status if new.set_status != ticket.status else "",
        seen=message.pk,
        requester=ticket.requester,
        address=(ticket.requester and ticket.requester.email) or ticket.customer.email or "",
        copies=copies,
        copies_before=before,
        to_closed=ticket.status == Status.CLOSED,
    )
    record(
        ReplyQueued(
            message_id=message.pk,
            release_at=outgoing.release_at.isoformat(),
            is_scheduled=outgoing.is_scheduled,
        ),
        subject=ticket,
        actor=actor,
    )
    _start(outgoing)
    return Message.objects.select_related("ticket").get(pk=message.pk)


def undo_window() -> timedelta:
    """How long a reply can be taken back."""
    return timedelta(seconds=DeskSettings.load().undo_seconds)


def newer_messages(ticket: Ticket, seen: int, *, actor: Any) -> list[Message]:
    """What others wrote since `seen`; oldest first.

    Replies that are being sent count, and notes: "do not answer, I am calling him" is one.
    """
    rows = ticket.messages.filter(pk__gt=seen)
    return list(rows.exclude(author=actor, is_from_customer=False).order_by("pk")[:20])


def refuse_stale(ticket: Ticket, seen: int, *, actor: Any) -> None:
    """Raise StaleReply when somebody else wrote since."""
    newer = newer_messages(ticket, seen, actor=actor)
    if newer:
        raise StaleReply([message.pk for message in newer])


@transaction.atomic
def undo_reply(message: Message, *, actor: Any) -> Draft:
    """Take an unsent reply back: it becomes the actor's draft, in front of what is there.

    One's own, or one of somebody who has left: nobody else would ever send or stop it. Its release
    is gone with it, in this transaction. Raises NotYourReply and TooLateToUndo.
    """
    outgoing = _locked_own(message, actor, or_left_behind=True)
    ticket = outgoing.message.ticket
    happened = ReplyUndone(message_id=outgoing.message_id)
    draft = back_to_draft(outgoing, ticket, user=actor)
    record(happened, subject=ticket, actor=actor)
    return draft


@transaction.atomic
def send_held(message: Message, *, seen: int, actor: Any) -> Message:
    """Send a reply that was held, after its author has read what came meanwhile.

    seen: key of the newest message they were shown. Raises NotYourReply, TooLateToUndo and
    StaleReply.
    """
    outgoing = _locked_own(message, actor)
    ticket = outgoing.message.ticket
    refuse_stale(ticket, max(seen, outgoing.seen), actor=actor)
    outgoing.seen = max(seen, outgoing.seen)
    outgoing.to_closed = ticket.status == Status.CLOSED
    outgoing.held_at, outgoing.hold_reason = None, ""
    outgoing.release_at, outgoing.is_scheduled = timezone.now() + undo_window(), False
    outgoing.save()
    record(
        ReplyQueued(
            message_id=message.pk,
            release_at=outgoing.release_at.isoformat(),
            is_scheduled=False,
        ),
        subject=ticket,
        actor=actor,
    )
    _start(outgoing)
    return outgoing.message


@transaction.atomic
def release_reply(pk: int, *, now: datetime | None = None) -> bool:
    """Let the customer read the reply with message key `pk`; True when this call released it.

    False when it was undone, released or held before, or is not due yet. A reply that the
    customer overtook is held, and its author told.
    """
    outgoing = _locked(pk)
    if outgoing is None or outgoing.held_at or outgoing.release_at > (now or timezone.now()):
        return False
    reason = _why_not(outgoing)
    if reason:
        _hold(outgoing, reason)
        return False
    _publish(outgoing)
    return True


def release_due(*, now: datetime | None = None, batch: int = 500) -> int:
    """Release what no worker did; returns how many. Each in its own transaction."""
    due = Outgoing.objects.due(now=now).order_by("release_at", "pk")
    released = 0
    for pk in list(due.values_list("message", flat=True)[:batch]):
        try:
            released += release_reply(pk, now=now)
        except Exception:  # one that fails stays due, and must not keep the others waiting
            logger.exception("reply %s could not be released", pk)
    return released


def _start(outgoing: Outgoing) -> None:
    """Release now, or ask a worker to do it in time; the sweep does what no worker did."""
    wait = outgoing.release_at - timezone.now()
    if wait <= timedelta(0):
        release_reply(outgoing.message_id)
    elif wait <= LONGEST_SLEEP:
        ring("tickets.release", outgoing.message_id, countdown=wait.total_seconds())


def _locked(pk: int) -> Outgoing | None:
    """The unsent reply with its ticket locked, as it stands now; None when there is none."""
    found = Message.objects.filter(pk=pk).values_list("ticket", flat=True).first()
    if found is None:
        return None
    ticket = lock(Ticket(pk=found))
    outgoing = (
        Outgoing.objects.unsent()
        .select_for_update(of=("self",))
        .select_related("message__author", "requester")
        .filter(message=pk, message__ticket=ticket)
        .first()
    )
    if outgoing is not None:
        outgoing.message.ticket = ticket
    return outgoing


def _locked_own(message: Message, actor: Any, *, or_left_behind: bool = False) -> Outgoing:
    is_own = message.author_id is not None and message.author_id == actor.pk
    if not is_own and not (or_left_behind and is_left_behind(message)):
        raise NotYourReply
    outgoing = _locked(message.pk)
    if outgoing is None:
        raise TooLateToUndo
    return outgoing


def _why_not(outgoing: Outgoing) -> str:
    ticket = outgoing.message.ticket
    if ticket.messages.filter(is_from_customer=True, pk__gt=outgoing.seen).exists():
        return HoldReason.CUSTOMER_WROTE
    if ticket.status == Status.CLOSED and not outgoing.to_closed:
        return HoldReason.CLOSED
    return _why_not_later(outgoing) if outgoing.is_scheduled else ""


def _why_not_later(outgoing: Outgoing) -> str:
    """In hours a colleague may have said it, or solved it; in the seconds of undo nobody has."""
    message, ticket = outgoing.message, outgoing.message.ticket
    others = ticket.messages.filter(kind=MessageKind.REPLY, pk__gt=outgoing.seen)
    if others.filter(is_automatic=False).exclude(author=message.author_id).exists():
        return HoldReason.COLLEAGUE_WROTE
    if ticket.resolved_at and ticket.resolved_at > message.created_at and not ticket.is_live:
        return HoldReason.RESOLVED
    return ""


def _hold(outgoing: Outgoing, reason: str) -> None:
    outgoing.held_at, outgoing.hold_reason = timezone.now(), reason
    outgoing.save(update_fields=["held_at", "hold_reason"])
    message = outgoing.message
    happened = ReplyHeld(
        message_id=message.pk,
        author_id=message.author_id,
        author_name=message.author_name,
        reason=reason,
        why=str(HoldReason(reason).label),
    )
    record(happened, subject=message.ticket, actor=None)


def _publish(outgoing: Outgoing) -> None:
    """The moment the customer may read it: from here on it is a reply as any other."""
    message, author = outgoing.message, outgoing.message.author
    ticket = message.ticket
    if ticket.status == Status.CLOSED:
        ticket = _move_to_follow_up(message, author)
    outgoing.released_at = message.created_at = timezone.now()
    message.kind = MessageKind.REPLY
    message.save(update_fields=["kind", "created_at", "ticket"])
    outgoing.save(update_fields=["released_at"])
    apply_copies(ticket, outgoing.copies, before=outgoing.copies_before)
    follow_own_answer(ticket, author)
    say_replied(ticket, message, actor=author)
    if outgoing.set_status and not outgoing.to_closed:
        _set_status(ticket, outgoing.set_status, message.body, author)


def _set_status(ticket: Ticket, wanted: str, text: str, author: Any) -> None:
    """The state chosen with the reply, unless somebody has moved the ticket elsewhere since."""
    before = Status(ticket.status)
    if wanted == before:
        return
    is_ready = wanted != Status.RESOLVED or not missing_fields(ticket)
    if is_ready and Status(wanted) in MOVES[before]:
        change_status(ticket, wanted, actor=author, resolution=text)
        return
    kept = StatusKept(
        status=before,
        wanted=wanted,
        status_name=str(before.label),
        wanted_name=str(Status(wanted).label),
    )
    record(kept, subject=ticket, actor=None)


def _move_to_follow_up(message: Message, author: Any) -> Ticket:
    """A closed ticket stays closed: the reply goes to the one that follows it."""
    closed = message.ticket
    running = closed.follow_ups.live().order_by("-pk").first()
    following = running and lock(running)
    if following is None:
        following = open_follow_up(closed, "", actor=author, from_customer=False)
    TicketFile.objects.filter(message=message).update(ticket=following)
    message.ticket = following
    return following
