"""Reads a row of another desk's export as an OldTicket.

Columns, by our names: see COLUMNS. The requester comes as requester ("Name <mail>") or as
requester_name and requester_email; the resolution as text or as resolution_html.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.imports import Outcome, Row, RowError
from core.text import clean_text, normalise_email, one_line, serial_key
from devices.models import Device
from tickets.actions import OldTicket, import_ticket
from tickets.htmltext import html_to_text
from tickets.models import DONE, Priority, Status, Ticket, TicketChannel

COLUMNS = (
    "external_id", "opened_at", "resolved_at", "channel", "requester", "requester_name",
    "requester_email", "subject", "description", "category", "priority", "status", "resolution",
    "resolution_html", "source_url", "device_serial",
)  # fmt: skip
REQUIRED = ("external_id",)
SUBJECT_CHARACTERS = 120  # of the description, when there is no subject
LONGEST = 20_000  # characters of a resolution
_DATE = re.compile(
    r"(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<year>\d{4})"
    r"(?:[ ,T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?$"
)


@dataclass(frozen=True)
class Reading:
    """How to read dates: zone for those that name none, and whether the month comes first."""

    zone: tzinfo = UTC
    month_first: bool = False


def store_row(row: Row, *, reading: Reading, actor: Any = None) -> Outcome:
    """Store one row. A ticket with that external id that is here already stays as it is.

    Raises RowError for a row that cannot be read, and what import_ticket() raises.
    """
    external_id = one_line(row["external_id"])
    if not external_id or len(external_id) > 100:
        raise RowError(_("Give a number of at most 100 characters."), field="external_id")
    if Ticket.objects.filter(external_id=external_id).exists():
        return Outcome.UNCHANGED
    import_ticket(read_ticket(row, external_id, reading), actor=actor)
    return Outcome.CREATED


def read_ticket(row: Row, external_id: str, reading: Reading) -> OldTicket:
    """The row as an OldTicket. Raises RowError naming the column."""
    name, email = read_requester(row)
    description = clean_text(row["description"] or row["subject"]).strip()
    resolution = _resolution(row)
    opened_at = read_moment(row["opened_at"], reading, "opened_at")
    if opened_at is None:
        raise RowError(_("When was it opened?"), field="opened_at")
    done_at = read_moment(row["resolved_at"], reading, "resolved_at")
    if done_at and done_at < opened_at:
        raise RowError(_("It cannot be resolved before it was opened."), field="resolved_at")
    status = _choice(row["status"], Status, "status") if row["status"] else None
    if status is None:
        status = Status.CLOSED if resolution else Status.OPEN
    if status in DONE and not resolution:
        raise RowError(_("A ticket that is done needs a resolution."), field="resolution")
    return OldTicket(
        external_id=external_id,
        opened_at=opened_at,
        requester_email=email,
        requester_name=name,
        subject=one_line(row["subject"]) or _first_words(description),
        description=description,
        channel=_choice(row["channel"] or "email", TicketChannel, "channel"),
        priority=_choice(row["priority"] or "normal", Priority, "priority"),
        status=status,
        category=row["category"],
        resolution=resolution,
        done_at=done_at,
        source_url=_url(row["source_url"]),
        device=_device(row["device_serial"]),
    )


def read_requester(row: Row) -> tuple[str, str]:
    """(name, address) from one column or two. Raises RowError."""
    name, email = one_line(row["requester_name"]), row["requester_email"]
    if row["requester"]:
        found_name, found_email = parseaddr(row["requester"].replace("\n", " "))
        name, email = name or one_line(found_name), email or found_email
    email = normalise_email(email)
    try:
        validate_email(email)
    except ValidationError as error:
        message = _("“%(text)s” is no e-mail address.") % {"text": email or row["requester"]}
        raise RowError(message, field="requester_email") from error
    return name or email.partition("@")[0], email


def read_moment(text: str, reading: Reading, field: str) -> datetime | None:
    """An ISO time, or 31/12/2026 23:59 (. and - as well); None for an empty cell."""
    if not text:
        return None
    try:
        moment = _numbers(text, reading) or datetime.fromisoformat(text)
        if not 1990 <= moment.year <= 2100:
            raise ValueError
    except ValueError as error:
        message = _("“%(text)s” is no date and time.") % {"text": text[:40]}
        raise RowError(message, field=field) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=reading.zone)
    return moment.astimezone(UTC)


def _numbers(text: str, reading: Reading) -> datetime | None:
    """A date with the year last; None when it is of another form."""
    found = _DATE.match(text)
    if found is None:
        return None
    day, month = int(found["a"]), int(found["b"])
    if reading.month_first:
        day, month = month, day
    clock = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    return datetime(int(found["year"]), month, day, *clock)  # noqa: DTZ001 - the zone follows


def _first_words(text: str) -> str:
    """The first line, cut at a word."""
    line = one_line(text.partition("\n")[0])
    if len(line) <= SUBJECT_CHARACTERS:
        return line
    cut = line[:SUBJECT_CHARACTERS]
    return (cut.rpartition(" ")[0] or cut) + "…"


def _resolution(row: Row) -> str:
    text = row["resolution"] or html_to_text(row["resolution_html"])
    if len(text) > LONGEST:
        raise RowError(_("This resolution is longer than 20,000 characters."), field="resolution")
    return text


def _choice(text: str, choices: Any, field: str) -> Any:
    """A choice by its value, name or label, in whatever case. Raises RowError."""
    wanted = text.strip().casefold().replace(" ", "_").replace("-", "")
    for choice in choices:
        label = str(choice.label).casefold().replace(" ", "_").replace("-", "")
        if wanted in (str(choice.value).casefold(), choice.name.casefold(), label):
            return choice
    known = ", ".join(choice.name.lower() for choice in choices)
    message = _("“%(text)s” is none of %(known)s.") % {"text": text[:40], "known": known}
    raise RowError(message, field=field)


def _url(text: str) -> str:
    """A web address; anything else could run when somebody clicks it."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or len(text) > 500:
        message = _("“%(text)s” is no web address.") % {"text": text[:80]}
        raise RowError(message, field="source_url")
    return text


def _device(serial: str) -> Device | None:
    if not serial:
        return None
    found = Device.objects.filter(serial_key=serial_key(serial)).first()
    if found is None:
        message = _("No device has the serial number “%(serial)s”.") % {"serial": serial[:100]}
        raise RowError(message, field="device_serial")
    return found
