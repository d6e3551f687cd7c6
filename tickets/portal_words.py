"""What the customer portal says about a ticket, in plain words. No queries beyond the loaded row.

Clocks are given by the caller; days and hours are those of the zone that is active.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.templatetags.ui import moment_words, status_word
from technicians.models import Booking
from tickets.models import Message, Status, Ticket, TicketFile
from tickets.timeline import ShownFile, shown_files

PAGE = "tickets:portal_attachment"


@dataclass(frozen=True)
class Bubble:
    """One public message. who: "me", "colleague" (of the same customer) or "staff"."""

    at: datetime
    who: str
    author: str
    body: str
    files: list[ShownFile] = field(default_factory=list)


@dataclass(frozen=True)
class Steps:
    """The stepper: labels, and the 1-based number of the present one (one more: all done)."""

    labels: list[str]
    current: int


def greeting(now: datetime) -> str:
    """Good morning, afternoon or evening, by the reader's clock."""
    hour = timezone.localtime(now).hour
    if 4 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


def day_words(moment: datetime, now: datetime) -> str:
    """The day inside a sentence: today, yesterday, tomorrow, Monday 16 November."""
    day, today = timezone.localtime(moment).date(), timezone.localdate(now)
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    words = near.get((day - today) // timedelta(days=1))
    return words or formats.date_format(day, "l j F" if day.year == today.year else "l j F Y")


def ago_words(moment: datetime, now: datetime) -> str:
    """How long ago, inside a sentence: just now, 18 m ago, Mon 16:31."""
    span = now - moment
    if span < timedelta(minutes=1):
        return _("just now")
    words = moment_words(moment, now)
    return _("%(span)s ago") % {"span": words} if span < timedelta(days=1) else words


def visit_words(booking: Booking, now: datetime) -> str:
    """Day and hours of a visit: today, 13:30 to 14:15."""
    starts, ends = timezone.localtime(booking.starts_at), timezone.localtime(booking.ends_at)
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": day_words(booking.starts_at, now),
        "start": formats.date_format(starts, "H:i"),
        "end": formats.date_format(ends, "H:i"),
    }


def live_booking(ticket: Ticket) -> Booking | None:
    """The visit of a ticket, unless it was called off or the ticket is done."""
    booking = ticket.booking
    return booking if booking and booking.cancelled_at is None and ticket.is_live else None


def first_name(ticket: Ticket) -> str:
    """First name of the technician, "" without one."""
    return str(ticket.technician.user.get_short_name()) if ticket.technician else ""


def state_line(ticket: Ticket, now: datetime) -> str:
    """One line for a list: what happens next, or who does what."""
    who, booking = first_name(ticket), live_booking(ticket)
    since = {"who": who, "ago": ago_words(ticket.customer_news_at, now)}
    if ticket.status == Status.WAITING:
        asked = getattr(ticket, "asked_by", None)
        if asked:
            since["who"] = asked.split()[0]
            return _("%(who)s asked you a question, %(ago)s") % since
        return _("We need an answer from you")
    if ticket.on_my_way_at and ticket.is_live and not ticket.started_at:
        return _("%(who)s is on the way") % since
    if booking:
        return _("%(who)s visits: %(when)s") % {"who": who, "when": visit_words(booking, now)}
    if ticket.status == Status.ON_HOLD:
        return _("We are waiting for something, updated %(ago)s") % since
    if who and ticket.accepted_at:
        return _("%(who)s is working on it, updated %(ago)s") % since
    if ticket.shown_status == "new":
        return _("We have it and will look into it, sent %(ago)s") % {
            "ago": ago_words(ticket.opened_at, now)
        }
    return _("We are looking into it, updated %(ago)s") % since


def plain_status(ticket: Ticket) -> str:
    """The customer's word for the state, for files."""
    return status_word(ticket, portal=True)


def steps(ticket: Ticket) -> Steps:
    """Received, looked into, visit if there is one, fixed."""
    labels = [_("Received"), _("Looked into")]
    if ticket.started_at and (ticket.on_my_way_at or live_booking(ticket)):
        labels.append(_("Technician is with you") if ticket.is_live else _("Visited"))
    elif ticket.on_my_way_at:
        labels.append(_("On the way") if ticket.is_live else _("Visited"))
    elif live_booking(ticket):
        labels.append(_("Visit booked"))
    labels.append(_("Fixed"))
    if ticket.status == Status.CLOSED:
        return Steps(labels, len(labels) + 1)
    if ticket.status == Status.RESOLVED:
        return Steps(labels, len(labels))
    if len(labels) == 4:
        return Steps(labels, 3)
    return Steps(labels, 1 if ticket.shown_status == "new" else 2)


def bubbles(
    ticket: Ticket, messages: list[Message], files: list[TicketFile], reader: Any
) -> list[Bubble]:
    """The report and the given public messages, oldest first, as the reader sees them.

    files: the files of the ticket that the reader may open, with `stored` loaded; no others
    are shown.
    """
    of_message: dict[int | None, list[TicketFile]] = {}
    for row in files:
        of_message.setdefault(row.message_id, []).append(row)
    report = Bubble(
        at=ticket.opened_at,
        who=_who(getattr(ticket.requester, "user_id", None), reader),
        author=str(ticket.requester or ticket.customer),
        body=ticket.description,
        files=shown_files(of_message.get(None, []), PAGE),
    )
    said = [_bubble(message, of_message.get(message.pk, []), reader) for message in messages]
    # A follow-up begins with the reply that opened it: shown once.
    is_same = ticket.follows_id and messages and messages[0].body == ticket.description
    return said if is_same else [report, *said]


def _bubble(message: Message, files: list[TicketFile], reader: Any) -> Bubble:
    who = _who(message.author_id, reader) if message.is_from_customer else "staff"
    return Bubble(
        message.created_at, who, message.author_name, message.body, shown_files(files, PAGE)
    )


def _who(author_id: int | None, reader: Any) -> str:
    return "me" if author_id is not None and author_id == reader.pk else "colleague"
