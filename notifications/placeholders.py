"""{{ placeholders }} in the words of messages: a closed list per kind of message.

No template engine ever sees what an administrator wrote. A value is a plain text that is put in
after the Markdown was read, so nothing a customer typed becomes a link or a heading of our mail.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import phone
from core.text import clean_text, one_line
from notifications.models import MessageKind as Kind

Words = dict[str, Any]  # as composing.words_for() makes them
# As short as it takes: a placeholder is a name, and a text may hold thousands of braces.
HOLE = re.compile(r"\{\{[ \t]*([^{}\s][^{}\n]{0,80})\}\}")


@dataclass(frozen=True)
class Placeholder:
    """value: what composing knows of one message -> text, "" where there is none.

    sample: for previews while nothing of the kind has happened yet.
    """

    label: str | Promise
    value: Callable[[Words], str]
    sample: str | Promise


def _asker(words: Words) -> Any:
    return words["ticket"].requester or words["customer"]


def _moment(words: Words, name: str, form: str) -> str:
    found = words[name]
    return date_format(timezone.localtime(found), form) if found else ""


def _shipped(part: str) -> Callable[[Words], str]:
    """The words of templates/emails/parts."""

    def value(words: Words) -> str:
        found: Any = get_template(f"emails/parts/{part}.txt")
        text: str = found.template.render(Context(words, autoescape=False))
        return text.strip()

    return value


def _device(words: Words) -> str:
    device = words["ticket"].device
    return str(device.product) if device else ""


def _minutes(words: Words) -> str:
    return str(words["payload"].get("travel_minutes") or "")


COMMON: dict[str, Placeholder] = {
    "reader.name": Placeholder(
        _("name of who reads it"), lambda w: w["person"].name, "Amara Okafor"
    ),
    "reader.first_name": Placeholder(
        _("their first name"), lambda w: w["first_name"], "Amara"
    ),
    "customer.name": Placeholder(
        _("name of the person who asked"), lambda w: _asker(w).name, "Amara Okafor"
    ),
    "customer.company": Placeholder(
        _("their company"), lambda w: w["customer"].name, "Brightwell Dental"
    ),
    "ticket.number": Placeholder(
        _("number of the ticket"), lambda w: w["ticket"].reference, "SD-004793"
    ),
    "ticket.subject": Placeholder(
        _("what it is about"), lambda w: w["ticket"].subject,
        _("Printer jams on every second page"),
    ),
    "ticket.priority": Placeholder(
        _("its priority"), lambda w: str(w["ticket"].get_priority_display()), _("High")
    ),
    "device.name": Placeholder(
        _("brand and model of the device"), _device, "Kestrel LaserPro 420"
    ),
    "device.serial": Placeholder(
        _("its serial number"),
        lambda w: w["ticket"].device.serial if w["ticket"].device else "",
        "KLP420-7F3A-20871",
    ),
    "technician.name": Placeholder(
        _("who has the ticket"),
        lambda w: w["technician"].user.name if w["technician"] else "",
        "Joel Becker",
    ),
    "desk.name": Placeholder(_("name of this desk"), lambda w: w["site_name"], "Fernhill"),
    "desk.phone": Placeholder(
        _("telephone number of this desk"), lambda w: w["support_phone"], "+44 20 7946 0018"
    ),
}  # fmt: skip

_ACTOR = Placeholder(_("who did it"), lambda w: w["actor"], "Elena Kovács")
_ANSWER = Placeholder(
    _("how the reader can answer"), _shipped("how_to_answer"),
    _("To answer, open the ticket: what you write there reaches us at once."),
)  # fmt: skip
_REPLY = Placeholder(
    _("the reply itself"), lambda w: w["reply"].body if w["reply"] else "",
    _("Please open the rear tray and take the sheet out."),
)  # fmt: skip
_RESOLUTION = Placeholder(
    _("what was done"), lambda w: w["ticket"].resolution, _("We replaced the paper feed roller.")
)
_DESCRIPTION = Placeholder(
    _("what the customer wrote"), lambda w: w["ticket"].description[:1500],
    _("It began this morning, with every paper."),
)  # fmt: skip
_ADDRESS = Placeholder(
    _("address of the customer"), lambda w: ", ".join(w["customer"].address_lines),
    "12 Station Road, BS1 4QA Bristol",
)  # fmt: skip
_VISIT = {
    "visit.day": Placeholder(
        _("day of the visit"), lambda w: _moment(w, "starts_at", "l, j F Y"),
        _("Friday, 12 June 2026"),
    ),
    "visit.from": Placeholder(
        _("when it begins"), lambda w: _moment(w, "starts_at", "H:i"), "13:30"
    ),
    "visit.until": Placeholder(
        _("when it ends"), lambda w: _moment(w, "ends_at", "H:i"), "15:00"
    ),
    "visit.zone": Placeholder(
        _("time zone of the reader"), lambda w: w["person"].time_zone, "Europe/London"
    ),
    "visit.technician": Placeholder(
        _("who comes"), lambda w: w["payload"].get("technician_name") or "", "Joel Becker"
    ),
    "visit.address": _ADDRESS,
}  # fmt: skip

OWN: dict[Kind, dict[str, Placeholder]] = {
    Kind.TICKET_OPENED: {"ticket.description": _DESCRIPTION, "answer.how": _ANSWER},
    Kind.STAFF_REPLIED: {"reply.text": _REPLY, "agent.name": _ACTOR, "answer.how": _ANSWER},
    Kind.VISIT_BOOKED: {**_VISIT, "answer.how": _ANSWER},
    Kind.VISIT_CANCELLED: {**_VISIT, "answer.how": _ANSWER},
    Kind.ON_THE_WAY: {
        "visit.technician": _VISIT["visit.technician"],
        "visit.minutes": Placeholder(_("minutes of the journey"), _minutes, "25"),
    },
    Kind.TICKET_RESOLVED: {"ticket.resolution": _RESOLUTION, "answer.how": _ANSWER},
    Kind.CLOSE_WARNING: {
        "ticket.resolution": _RESOLUTION,
        "ticket.closes_on": Placeholder(
            _("when it closes"), lambda w: _moment(w, "closes_at", "l, j F Y"),
            _("Friday, 12 June 2026"),
        ),
        "answer.how": _ANSWER,
    },
    Kind.TICKET_CLOSED: {"ticket.resolution": _RESOLUTION, "answer.how": _ANSWER},
    Kind.TICKET_REOPENED: {"answer.how": _ANSWER},
    Kind.JOB_ASSIGNED: {
        "ticket.description": _DESCRIPTION,
        "visit.address": _ADDRESS,
        "customer.phone": Placeholder(
            _("telephone number of the person who asked"), lambda w: phone(_asker(w).phone),
            "0117 496 0123",
        ),
        "visit.time": Placeholder(
            _("when the visit is"),
            lambda w: date_format(
                timezone.localtime(w["ticket"].booking.starts_at), "l, j F, H:i"
            ) if w["ticket"].booking else "",
            _("Friday, 12 June, 13:30"),
        ),
    },
    Kind.JOB_TAKEN_AWAY: {
        "job.new_technician": Placeholder(
            _("who has it now"), lambda w: w["payload"].get("to_name") or "", "Mira Sandoval"
        ),
    },
    Kind.JOB_NEWS: {
        "actor.name": _ACTOR,
        "event.words": Placeholder(
            _("what happened"), lambda w: w["happened"].sentence, _("opened the ticket again")
        ),
        "reply.text": _REPLY,
    },
    Kind.MENTION: {"actor.name": _ACTOR},
    Kind.PROMISE: {
        "promise.words": Placeholder(
            _("which promise, due or late"), _shipped("promise"), _("First reply is due soon")
        ),
        "promise.due": Placeholder(
            _("when it is due"), lambda w: _moment(w, "due_at", "D j M, H:i"),
            _("Fri 12 Jun, 13:30"),
        ),
    },
}  # fmt: skip


def known_in(kind: str) -> dict[str, Placeholder]:
    """The placeholders of a kind of message: its own first."""
    return {**OWN[Kind(kind)], **COMMON}


def names_in(text: str) -> list[str]:
    """Placeholders in the text, known or not, each once and in order."""
    return list(dict.fromkeys(match[1].strip() for match in HOLE.finditer(text)))


def unknown_names(kind: str, *texts: str) -> list[str]:
    """Those that a message of this kind does not have."""
    known = known_in(kind)
    return [name for text in texts for name in names_in(text) if name not in known]


class Values:
    """What stands behind the placeholders of one message, each asked once."""

    def __init__(self, kind: str, words: Words | None) -> None:
        self.known, self.words = known_in(kind), words
        self.found: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Its text, "" where there is none; an unknown name stands for itself."""
        if name not in self.found:
            self.found[name] = self._ask(name)
        return self.found[name]

    def _ask(self, name: str) -> str:
        known = self.known.get(name)
        if known is None:
            return f"{{{{ {name} }}}}"
        value = known.value(self.words) if self.words is not None else str(known.sample)
        return clean_text(str(value or "")).strip()

    def parts_of(self, text: str) -> Iterator[str]:
        """The text cut at its placeholders, with their values in place."""
        end = 0
        for hole in HOLE.finditer(text):
            yield text[end : hole.start()]
            yield self.of(hole[1].strip())
            end = hole.end()
        yield text[end:]

    def filled(self, text: str) -> str:
        """A plain text on one line, such as a heading or an SMS."""
        return one_line("".join(self.parts_of(self.without_empty_lines(text))))

    def without_empty_lines(self, text: str) -> str:
        """The text without the lines one of whose placeholders has no value in this message."""
        lines = text.split("\n")
        return "\n".join(line for line in lines if all(self.of(n) for n in names_in(line)))
