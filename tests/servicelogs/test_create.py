"""Logging work at the desk."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from servicelogs.models import ServiceLog
from tests.factories.work import make_ticket
from tickets.models import Ticket

ClientOf = Callable[[User], Client]
DATA = {"kind": "remote", "done": "Restarted the spooler", "minutes": "15"}


@pytest.fixture
def ticket(alice: User) -> Ticket:
    return make_ticket(technician=alice.technician)


def test_an_agent_logs_with_parts_and_moments(
    ticket: Ticket, agent: User, client_of: ClientOf
) -> None:
    data = DATA | {
        "parts": "Fuse × 2", "started_at_0": "2026-07-01", "started_at_1": "09:00",
        "ended_at_0": "2026-07-01", "ended_at_1": "09:15",
        "files": SimpleUploadedFile("log.txt", b"text", "text/plain"),
    }  # fmt: skip
    client = client_of(agent)
    assert client.get(f"/tickets/{ticket.pk}/log/").status_code == 200
    answer = client.post(f"/tickets/{ticket.pk}/log/", data)
    assert answer["Location"] == ticket.get_absolute_url()
    entry = ServiceLog.objects.get()
    assert entry.parts.get().quantity == 2
    assert entry.files.count() == 1
    assert entry.started_at is not None
    assert entry.started_at.isoformat() == "2026-07-01T08:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"done": ""}, "Write what you did"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"minutes": "1441"}, "less than or equal to 1440"),
        ({"minutes": "a while"}, "whole number"),
        ({"parts": "Fuse × 0"}, "from 1 to 9999"),
        ({"done": "a\x00b"}, "Null characters are not allowed"),
        (
            {"started_at_0": "2026-07-01", "started_at_1": "09:00", "ended_at_0": "2026-07-01",
             "ended_at_1": "08:00"},
            "cannot end before it started",
        ),
    ],
)  # fmt: skip
def test_mistakes_keep_what_was_typed(
    ticket: Ticket, agent: User, client_of: ClientOf, change: dict[str, str], words: str
) -> None:
    answer = client_of(agent).post(
        f"/tickets/{ticket.pk}/log/", DATA | {"parts": "Keep me"} | change
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ServiceLog.objects.exists()


def test_a_lying_file_is_refused(ticket: Ticket, agent: User, client_of: ClientOf) -> None:
    lie = SimpleUploadedFile("photo.png", b"MZ\x90 not a picture", "image/png")
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/log/", DATA | {"files": lie})
    assert answer.status_code == 422
    assert not ServiceLog.objects.exists()


def test_who_may_and_who_does_not_even_see_it(
    ticket: Ticket, sam: User, bob: User, carol: User, client_of: ClientOf
) -> None:
    url = f"/tickets/{ticket.pk}/log/"
    assert client_of(sam).post(url, DATA).status_code == 403
    assert client_of(bob).post(url, DATA).status_code == 404
    assert client_of(carol).post(url, DATA).status_code == 404
    assert not ServiceLog.objects.exists()


def test_a_closed_ticket_takes_no_more(agent: User, client_of: ClientOf) -> None:
    closed = make_ticket(status="closed")
    assert client_of(agent).post(f"/tickets/{closed.pk}/log/", DATA).status_code == 403
