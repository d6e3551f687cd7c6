"""What happened on a ticket since a page showed it, in one sentence."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from core.models import EventRecord
from tickets.models import Ticket
from tickets.templatetags.desk import first_word
from tickets.timeline import SILENT

MESSAGES = ("ticket.customer_replied", "ticket.staff_replied", "ticket.note_added")
QUIET = tuple(name for name in SILENT if name not in MESSAGES)
MOST = 50


@dataclass(frozen=True)
class News:
    """words: a sentence, or "" when there is nothing new."""

    words: str


def news_since(ticket: Ticket, after: int, *, user: Any) -> News:
    """What others did after the event `after`; one query, at most MOST events are looked at."""
    events = (
        EventRecord.objects.filter(
            subject_type="tickets.ticket", subject_id=ticket.pk, id__gt=after
        )
        .exclude(actor=user)
        .exclude(name__in=QUIET)
        .order_by("id")
        .values_list("name", "actor_name")[:MOST]
    )
    happened = list(events)
    messages = [who for name, who in happened if name in MESSAGES]
    if messages:
        return News(_message_words(ticket, messages))
    return News(_change_words([who for _name, who in happened]))


def _message_words(ticket: Ticket, authors: list[str]) -> str:
    person = ticket.requester or ticket.customer
    names = {first_word(name or person.name) for name in authors}
    words = ngettext(
        "%(count)s new message from %(names)s.", "%(count)s new messages from %(names)s.",
        len(authors),
    )  # fmt: skip
    return words % {"count": len(authors), "names": ", ".join(sorted(names))}


def _change_words(actors: list[str]) -> str:
    if not actors:
        return ""
    names = sorted({first_word(name) for name in actors if name})
    if not names:
        return gettext("The ticket changed.")
    return gettext("%(names)s changed the ticket.") % {"names": ", ".join(names)}
