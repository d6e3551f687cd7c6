"""Finishing a job on the phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from servicelogs.forms import opening_values
from servicelogs.models import ServiceLog
from tests.factories.work import make_ticket
from tickets import actions
from tickets.models import CustomField, Ticket

ClientOf = Callable[[User], Client]
DATA = {
    "result": "fixed", "kind": "visit", "done": "Fitted the kit", "minutes": "40",
    "resolution": "New roller kit",
}  # fmt: skip


@pytest.fixture
def job(alice: User) -> Ticket:
    ticket = actions.accept_job(make_ticket(technician=alice.technician), actor=alice)
    return actions.start_work(ticket, actor=alice)


def url_of(job: Ticket) -> str:
    return f"/field/jobs/{job.pk}/finish/"


def test_it_logs_and_resolves(job: Ticket, alice: User, client_of: ClientOf) -> None:
    photo = SimpleUploadedFile("after.txt", b"text", "text/plain")
    answer = client_of(alice).post(url_of(job), DATA | {"parts": "Roller kit × 1", "files": photo})
    assert answer["Location"] == "/field/"
    job.refresh_from_db()
    assert (job.status, job.resolution) == ("resolved", "New roller kit")
    assert job.service_logs.get().parts.get().name == "Roller kit"


def test_fixed_needs_the_words(job: Ticket, alice: User, client_of: ClientOf) -> None:
    answer = client_of(alice).post(url_of(job), DATA | {"resolution": " "})
    assert answer.status_code == 422
    assert "Write what fixed it" in answer.content.decode()
    assert "Fitted the kit" in answer.content.decode()
    assert not ServiceLog.objects.exists()


def test_another_visit_keeps_the_job_and_tells_the_desk(
    job: Ticket, alice: User, client_of: ClientOf
) -> None:
    client_of(alice).post(url_of(job), DATA | {"result": "again", "resolution": ""})
    job.refresh_from_db()
    assert job.is_live
    assert job.messages.get().body == "Needs another visit: Fitted the kit"


def test_the_form_opens_with_the_time_since_the_start(
    job: Ticket, alice: User, client_of: ClientOf
) -> None:
    Ticket.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(minutes=38))
    assert 'value="40"' in client_of(alice).get(url_of(job)).content.decode()


def test_a_done_job_is_not_finished_twice(job: Ticket, alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.post(url_of(job), DATA)
    answer = client.post(url_of(job), DATA, follow=True)
    assert "already done" in answer.content.decode()
    assert ServiceLog.objects.count() == 1


def test_not_mine_is_not_found(
    job: Ticket, bob: User, agent: User, carol: User, client_of: ClientOf
) -> None:
    for user in (bob, agent, carol):
        assert client_of(user).post(url_of(job), DATA).status_code == 404


def test_minutes_go_in_steps_of_five() -> None:
    now = timezone.now()
    values = [
        opening_values(started_at=now - timedelta(minutes=m), is_onsite=True, now=now)["minutes"]
        for m in (0, 7, 8, 5000)
    ]
    assert values == [5, 5, 10, 1440]


def test_a_field_that_is_needed_is_asked_for_and_filled_in_on_the_phone(
    job: Ticket, alice: User, client_of: ClientOf
) -> None:
    CustomField.objects.create(label="Meter reading", key="meter", kind="number", is_required=True)
    client, data = client_of(alice), DATA | {"result": "fixed"}
    page = client.get(url_of(job)).content.decode()
    assert "Meter reading" in page
    answer = client.post(url_of(job), data)
    assert answer.status_code == 422
    assert "before you resolve this ticket" in answer.content.decode()
    name = CustomField.objects.get().input_name
    assert client.post(url_of(job), data | {name: "many"}).status_code == 422
    assert not ServiceLog.objects.exists()
    assert client.post(url_of(job), data | {name: "41200"}).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.custom) == ("resolved", {"meter": 41200})


def test_a_job_that_goes_on_needs_no_fields(job: Ticket, alice: User, client_of: ClientOf) -> None:
    CustomField.objects.create(label="Meter reading", key="meter", kind="number", is_required=True)
    client_of(alice).post(url_of(job), DATA | {"result": "again", "resolution": ""})
    assert ServiceLog.objects.exists()
