"""{{ placeholders }} in texts people keep: a closed list, filled with plain text.

No template engine ever sees what a person wrote. The text is read once from left to right, so a
value that looks like a placeholder itself stays as it is. What is unknown, or has no value on this
ticket, stays in the text, where people see it; a reply that still holds one is asked about before
it goes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import one_line
from tickets.models import Ticket

# As short as it takes: a placeholder is a name, and a text may hold thousands of braces.
_HOLE = re.compile(r"\{\{[ \t]*([^{}\s][^{}\n]{0,80})\}\}")


@dataclass(frozen=True)
class Placeholder:
    """value: (ticket, who writes) -> text, "" where there is none. sample: for previews."""

    label: str | Promise
    value: Callable[[Ticket, Any], str]
    sample: str | Promise


def _first(name: str) -> str:
    return name.split(" ")[0]


def _person(ticket: Ticket) -> str:
    return ticket.requester.name if ticket.requester else ticket.customer.name


def _visit(ticket: Ticket) -> str:
    if ticket.booking is None:
        return ""
    return date_format(timezone.localtime(ticket.booking.starts_at), "DATETIME_FORMAT")


PLACEHOLDERS: dict[str, Placeholder] = {
    "customer.name": Placeholder(
        _("name of the person who asked"), lambda t, _u: _person(t), "Amara Okafor"
    ),
    "customer.first_name": Placeholder(
        _("their first name"), lambda t, _u: _first(_person(t)), "Amara"
    ),
    "customer.company": Placeholder(
        _("their company"), lambda t, _u: t.customer.name, "Brightwell Dental"
    ),
    "ticket.number": Placeholder(
        _("number of the ticket"), lambda t, _u: t.reference, "SD-004793"
    ),
    "ticket.subject": Placeholder(
        _("what it is about"), lambda t, _u: t.subject, _("Printer jams on every second page")
    ),
    "ticket.category": Placeholder(
        _("its category"), lambda t, _u: str(t.category or ""), _("Printing")
    ),
    "device.name": Placeholder(
        _("brand and model of the device"),
        lambda t, _u: str(t.device.product) if t.device else "",
        "Kestrel LaserPro 420",
    ),
    "device.serial": Placeholder(
        _("its serial number"),
        lambda t, _u: t.device.serial if t.device else "",
        "KLP420-7F3A-20871",
    ),
    "technician.name": Placeholder(
        _("who has the ticket"),
        lambda t, _u: str(t.technician.user.name) if t.technician else "",
        "Joel Becker",
    ),
    "visit.time": Placeholder(
        _("when the visit is"), lambda t, _u: _visit(t), _("12 June 2026, 13:30")
    ),
    "agent.name": Placeholder(_("your name"), lambda _t, u: u.get_full_name(), "Elena Kovács"),
    "agent.first_name": Placeholder(
        _("your first name"), lambda _t, u: u.get_short_name(), "Elena"
    ),
    "desk.name": Placeholder(
        _("name of this desk"), lambda _t, _u: settings.SITE_NAME, settings.SITE_NAME
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """A text with its values. unknown: names nobody knows; empty: those with no value here."""

    text: str
    unknown: list[str]
    empty: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to fill."""
        return not self.unknown and not self.empty


def fill(text: str, ticket: Ticket, user: Any) -> Filled:
    """The text for this ticket, written by this person. Join what with_row() joins first."""
    return _fill(text, lambda known: known.value(ticket, user))


def sample(text: str) -> Filled:
    """The text with invented values, for whoever writes it."""
    return _fill(text, lambda known: str(known.sample))


def names_left(text: str) -> list[str]:
    """Placeholders in the text, known or not, each once and in order."""
    return list(dict.fromkeys(match[1].strip() for match in _HOLE.finditer(text)))


def unknown_names(text: str) -> list[str]:
    """Those of them that are not on the list."""
    return [name for name in names_left(text) if name not in PLACEHOLDERS]


def as_written(names: Iterable[str]) -> str:
    """Names as they stand in a text: {{ a }}, {{ b }}."""
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def problem_words(filled: Filled) -> str:
    """What is left to fill, in words; "" when nothing is."""
    parts = []
    if filled.unknown:
        parts.append(
            gettext("%(names)s is not a placeholder we know.")
            % {"names": as_written(filled.unknown)}
        )
    if filled.empty:
        parts.append(
            gettext("%(names)s has no value on this ticket.") % {"names": as_written(filled.empty)}
        )
    return " ".join(parts)


def _fill(text: str, value_of: Callable[[Placeholder], str]) -> Filled:
    unknown: dict[str, None] = {}
    empty: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        name = match[1].strip()
        known = PLACEHOLDERS.get(name)
        value = one_line(value_of(known)) if known else ""
        if not value:
            (empty if known else unknown)[name] = None
        return value or match[0]

    return Filled(_HOLE.sub(put, text), list(unknown), list(empty))
