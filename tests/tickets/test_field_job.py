"""One job on the phone, and the steps of its big button."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from devices.models import Device
from tests.factories.work import make_category, make_ticket
from tickets import actions
from tickets.field import as_job
from tickets.models import Ticket

ClientOf = Callable[[User], Client]


@pytest.fixture
def ticket(alice: User, device: Device) -> Ticket:
    return make_ticket(
        device.customer,
        technician=alice.technician,
        device=device,
        category=make_category(is_onsite=True),
        subject="Printer jams",
        files=[SimpleUploadedFile("panel.txt", b"13.20.02", "text/plain")],
    )


def post(client: Client, ticket: Ticket, step: str, **data: str) -> str:
    answer = client.post(f"/field/jobs/{ticket.pk}/{step}/", data, follow=True)
    return answer.content.decode()


def test_the_page_has_what_is_needed_at_the_door(
    ticket: Ticket, agent: User, alice: User, client_of: ClientOf
) -> None:
    actions.add_note(ticket, "Park behind number 20", actor=agent)
    page = client_of(alice).get(f"/field/jobs/{ticket.pk}/").content.decode()
    for words in (
        "Printer jams", "High Street", "openstreetmap.org/directions?to=51.4585%2C-2.6105",
        "geo:51.4585,-2.6105", "tel:+441174960142", "sms:+441174960142", "Park behind number 20",
        "KLP420-7F3A-20871", "panel.txt", f"/tickets/{ticket.pk}/repeats/",
        f"/tickets/{ticket.pk}/work/",
    ):  # fmt: skip
        assert words in page, words


def test_the_big_button_goes_through_the_job(
    ticket: Ticket, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert "On my way" in post(client, ticket, "accept")
    assert "Start work" in post(client, ticket, "on-my-way")
    assert f"/field/jobs/{ticket.pk}/finish/" in post(client, ticket, "start")
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_a_remote_job_has_no_drive(alice: User, client_of: ClientOf) -> None:
    remote = make_ticket(technician=alice.technician)
    page = post(client_of(alice), remote, "accept")
    assert "Start work" in page
    assert "On my way</button>" not in page


@pytest.mark.parametrize("step", ["on-my-way", "start"])
def test_a_step_too_early_answers_kindly(
    ticket: Ticket, alice: User, client_of: ClientOf, step: str
) -> None:
    assert "has moved on since" in post(client_of(alice), ticket, step)


def test_accepting_twice_answers_kindly(ticket: Ticket, alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    post(client, ticket, "accept")
    assert "has moved on since" in post(client, ticket, "accept")


def test_declining_needs_a_reason_and_goes_back_to_the_desk(
    ticket: Ticket, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    answer = client.post(f"/field/jobs/{ticket.pk}/decline/", {"reason": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert "went back to the desk" in post(client, ticket, "decline", reason="No ladder")
    ticket.refresh_from_db()
    assert ticket.technician is None


def test_declining_on_the_road_is_too_late(
    ticket: Ticket, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    post(client, ticket, "accept")
    post(client, ticket, "on-my-way")
    assert "has moved on since" in post(client, ticket, "decline", reason="Flat tyre")


@pytest.mark.parametrize("step", ["", "accept/", "decline/", "on-my-way/", "start/"])
def test_a_job_of_somebody_else_is_not_found(
    ticket: Ticket, bob: User, client_of: ClientOf, step: str
) -> None:
    url = f"/field/jobs/{ticket.pk}/{step}"
    client = client_of(bob)
    answer = client.post(url, {"reason": "x"}) if step else client.get(url)
    assert answer.status_code == 404


@pytest.mark.parametrize("step", ["accept", "decline", "on-my-way", "start"])
def test_looking_changes_nothing(
    ticket: Ticket, alice: User, client_of: ClientOf, step: str
) -> None:
    assert client_of(alice).get(f"/field/jobs/{ticket.pk}/{step}/").status_code == 405


def test_a_done_job_shows_what_fixed_it(ticket: Ticket, alice: User, client_of: ClientOf) -> None:
    actions.resolve_ticket(ticket, "New roller kit", actor=alice)
    page = client_of(alice).get(f"/field/jobs/{ticket.pk}/").content.decode()
    assert "New roller kit" in page
    assert "btn-act" not in page


def test_files_are_for_the_one_who_has_the_job(
    ticket: Ticket, alice: User, bob: User, client_of: ClientOf
) -> None:
    url = f"/field/files/{ticket.files.get().pk}/"
    assert b"".join(client_of(alice).get(url).streaming_content) == b"13.20.02"  # type: ignore[attr-defined]
    assert client_of(bob).get(url).status_code == 404


def test_without_a_place_there_is_no_distance(ticket: Ticket) -> None:
    ticket.customer.latitude = ticket.customer.longitude = None
    assert as_job(ticket).km is None


def test_script_in_a_description_stays_text(alice: User, client_of: ClientOf) -> None:
    evil = make_ticket(technician=alice.technician, description="<script>alert(1)</script>")
    page = client_of(alice).get(f"/field/jobs/{evil.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
