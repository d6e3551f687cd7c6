"""Logging work. Entries are never changed: a correction is a new entry that names the old one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from attachments.actions import store_file
from core.events import record
from core.text import clean_text, one_line
from servicelogs.errors import (
    AlreadyCorrected,
    EndsBeforeStart,
    MinutesOutOfRange,
    OtherTicket,
    TicketIsClosed,
    WorkTextMissing,
    WorkTextTooLong,
)
from servicelogs.events import WorkLogged
from servicelogs.models import DONE_LENGTH, LogFile, LogKind, PartUsed, ServiceLog
from servicelogs.parts import Part
from technicians.models import Technician
from tickets.actions import add_note, resolve_ticket
from tickets.models import Status, Ticket

MOST_MINUTES = 1440


@transaction.atomic
def log_work(
    ticket: Ticket,
    *,
    kind: str,
    done: str,
    minutes: int,
    actor: Any,
    technician: Technician | None = None,
    parts: Iterable[Part] = (),
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    files: Iterable[UploadedFile] = (),
    corrects: ServiceLog | None = None,
) -> ServiceLog:
    """Log what was done on a ticket and return the entry.

    minutes: 1 to 1440. technician: who did the work; the actor's own profile when left out.
    parts: (name, quantity). Raises the errors of servicelogs/errors.py and FileRefused.
    """
    text = clean_text(done).strip()
    if not text:
        raise WorkTextMissing
    if len(text) > DONE_LENGTH:
        raise WorkTextTooLong
    if not 1 <= minutes <= MOST_MINUTES:
        raise MinutesOutOfRange
    if started_at and ended_at and ended_at < started_at:
        raise EndsBeforeStart
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if ticket.status == Status.CLOSED:
        raise TicketIsClosed
    _check_correction(ticket, corrects)
    entry = ServiceLog.objects.create(
        ticket=ticket,
        technician=technician or getattr(actor, "technician", None),
        author=actor,
        author_name=str(actor)[:150],
        kind=LogKind(kind),
        done=text,
        minutes=minutes,
        started_at=started_at,
        ended_at=ended_at,
        corrects=corrects,
        created_at=timezone.now(),
    )
    PartUsed.objects.bulk_create(
        PartUsed(log=entry, name=one_line(name), quantity=quantity) for name, quantity in parts
    )
    for upload in files:
        LogFile.objects.create(log=entry, stored=store_file(upload, actor=actor))
    record(
        WorkLogged(log_id=entry.pk, minutes=minutes, corrects_id=corrects.pk if corrects else None),
        subject=ticket,
        actor=actor,
    )
    return entry


@transaction.atomic
def finish_job(
    ticket: Ticket,
    resolution: str,
    *,
    actor: Any,
    custom: Mapping[str, Any] = MappingProxyType({}),
    **work: Any,
) -> ServiceLog:
    """Log the work and resolve the ticket: both happen or neither.

    custom: values of custom fields, as for resolve_ticket. work: as for log_work.
    """
    entry = log_work(ticket, actor=actor, **work)
    resolve_ticket(ticket, resolution, actor=actor, custom=custom)
    return entry


@transaction.atomic
def leave_job(ticket: Ticket, why: str, *, actor: Any, **work: Any) -> ServiceLog:
    """Log the work of a job that is not done yet, and tell the desk why in an internal note."""
    entry = log_work(ticket, actor=actor, **work)
    add_note(ticket, f"{why}: {entry.done}", actor=actor, kept=None)
    return entry


def _check_correction(ticket: Ticket, corrects: ServiceLog | None) -> None:
    """The ticket is locked, so two corrections at once cannot both pass."""
    if corrects is None:
        return
    if corrects.ticket_id != ticket.pk:
        raise OtherTicket
    if ServiceLog.objects.filter(corrects=corrects).exists():
        raise AlreadyCorrected
