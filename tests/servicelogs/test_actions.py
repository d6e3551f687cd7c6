"""Logging work."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import User
from attachments.models import StoredFile
from core.models import EventRecord
from servicelogs import actions
from servicelogs.errors import (
    AlreadyCorrected,
    EndsBeforeStart,
    MinutesOutOfRange,
    OtherTicket,
    TicketIsClosed,
    WorkTextMissing,
)
from servicelogs.models import PartUsed, ServiceLog
from tests.factories.work import make_ticket
from tickets.actions import Typed, save_draft
from tickets.errors import ResolutionMissing
from tickets.models import Draft, Ticket

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def ticket(alice: User) -> Ticket:
    return make_ticket(technician=alice.technician)


def log(ticket: Ticket, actor: User, **fields: Any) -> ServiceLog:
    defaults = {"kind": "visit", "done": "Fitted the kit", "minutes": 25}
    return actions.log_work(ticket, actor=actor, **{**defaults, **fields})


def test_an_entry_has_parts_files_and_an_event(ticket: Ticket, alice: User) -> None:
    photo = SimpleUploadedFile("note.txt", b"wear counter 82", "text/plain")
    entry = log(ticket, alice, parts=[("Roller kit", 2)], files=[photo])
    assert (entry.technician, entry.author_name) == (alice.technician, "Alice Tech")
    assert [str(part) for part in entry.parts.all()] == ["2 × Roller kit"]
    assert entry.files.get().stored.name == "note.txt"
    event = EventRecord.objects.get(name="servicelog.logged")
    assert (event.subject_type, event.subject_id) == ("tickets.ticket", ticket.pk)
    assert event.sentence == "logged 25 minutes of work"


def test_an_agent_without_a_profile_logs_too(ticket: Ticket, agent: User) -> None:
    assert log(ticket, agent).technician is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"done": " \n"}, WorkTextMissing),
        ({"minutes": 0}, MinutesOutOfRange),
        ({"minutes": 1441}, MinutesOutOfRange),
        ({"started_at": AT, "ended_at": AT - timedelta(minutes=1)}, EndsBeforeStart),
    ],
)
def test_what_cannot_be_is_refused(
    ticket: Ticket, alice: User, fields: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        log(ticket, alice, **fields)
    assert not ServiceLog.objects.exists()


def test_a_closed_ticket_takes_no_more_work(alice: User) -> None:
    with pytest.raises(TicketIsClosed):
        log(make_ticket(status="closed"), alice)


def test_a_correction_names_the_entry_and_only_one_may(ticket: Ticket, alice: User) -> None:
    first = log(ticket, alice)
    second = log(ticket, alice, minutes=40, corrects=first)
    with pytest.raises(AlreadyCorrected):
        log(ticket, alice, corrects=first)
    third = log(ticket, alice, minutes=45, corrects=second)
    assert list(ServiceLog.objects.standing()) == [third]
    assert ServiceLog.objects.all().total_minutes() == 45


def test_a_correction_stays_on_its_ticket(ticket: Ticket, alice: User) -> None:
    other = log(make_ticket(), alice)
    with pytest.raises(OtherTicket):
        log(ticket, alice, corrects=other)


def test_the_database_refuses_to_change_or_remove_an_entry(ticket: Ticket, alice: User) -> None:
    entry = log(ticket, alice, parts=[("Fuse", 1)])
    for change in (
        lambda: ServiceLog.objects.filter(pk=entry.pk).update(minutes=1),
        lambda: ServiceLog.objects.filter(pk=entry.pk).delete(),
        lambda: PartUsed.objects.update(quantity=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_nul_and_control_characters_are_dropped(ticket: Ticket, alice: User) -> None:
    assert (
        log(ticket, alice, done="Reset\x00 the\x07 unit 🖨 مرحبا").done == "Reset the unit 🖨 مرحبا"
    )


def test_finishing_logs_and_resolves_together(ticket: Ticket, alice: User) -> None:
    actions.finish_job(ticket, "New kit", actor=alice, kind="visit", done="Fitted", minutes=5)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "New kit")
    assert ticket.service_logs.count() == 1


def test_finishing_without_a_resolution_leaves_nothing_behind(ticket: Ticket, alice: User) -> None:
    photo = SimpleUploadedFile("note.txt", b"text", "text/plain")
    with pytest.raises(ResolutionMissing):
        actions.finish_job(
            ticket, " ", actor=alice, kind="visit", done="Fitted", minutes=5, files=[photo]
        )
    assert not ticket.service_logs.exists()
    assert not StoredFile.objects.exists()


def test_leaving_a_job_tells_the_desk_why(ticket: Ticket, alice: User) -> None:
    actions.leave_job(
        ticket, "Needs another visit", actor=alice, kind="visit", done="Part missing", minutes=5
    )
    ticket.refresh_from_db()
    assert ticket.is_live
    assert ticket.messages.get().body == "Needs another visit: Part missing"


def test_leaving_a_job_keeps_the_note_that_waits_in_the_composer(
    ticket: Ticket, alice: User
) -> None:
    save_draft(ticket, "note", Typed("Half a thought"), user=alice)
    actions.leave_job(
        ticket, "Needs another visit", actor=alice, kind="visit", done="Looked", minutes=5
    )
    assert Draft.objects.get().body == "Half a thought"
