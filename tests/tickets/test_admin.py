"""The administration of tickets: no side doors, bounded pages, imports with a preview."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import EventRecord
from tests.factories.work import make_category, make_ticket
from tickets.models import DeskSettings, Status, Ticket

IMPORT = "/admin/tickets/ticket/import/"
HEAD = "Nr;opened_at;requester;subject;description;resolution\n"
GOOD = 'A-1;31/12/2025 10:00;Zoë Ann <zoe@else.test>;Jam <b>;"It jams; badly.";\n'
MAPPING = '{"external_id": "Nr"}'
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(admin: User, client_of: Any) -> Client:
    admin.is_superuser = True
    admin.save(update_fields=["is_superuser"])
    return client_of(admin)


def upload(page: Client, text: str, mapping: str = MAPPING) -> Any:
    file = SimpleUploadedFile("tickets.csv", text.encode("cp1252"))
    return page.post(
        IMPORT, {"import_file": file, "format": "0", "resource": "0", "mapping": mapping}
    )


def hidden(html: str) -> dict[str, str]:
    """The hidden inputs of the confirmation."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', html):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1].replace("&quot;", '"') if value else ""
    return found


def test_preview_stores_nothing_and_confirming_does(page: Client, admin: User) -> None:
    preview = upload(page, HEAD + GOOD)
    html = preview.content.decode()
    assert "Zoë Ann &lt;zoe@else.test&gt;" in html
    assert "Jam &lt;b&gt;" in html
    assert not Ticket.objects.exists()
    done = page.post("/admin/tickets/ticket/process_import/", hidden(html))
    assert done.status_code == 302, done.content.decode()[:3000]
    ticket = Ticket.objects.get()
    assert (ticket.external_id, ticket.description) == ("A-1", "It jams; badly.")
    assert EventRecord.objects.get(name="ticket.imported").actor == admin


def test_a_bad_row_is_named_and_nothing_can_be_confirmed(page: Client) -> None:
    html = upload(page, HEAD + GOOD + "A-2;someday;x@y.test;S;D;\n").content.decode()
    assert "opened_at: “someday” is no date and time." in html
    assert "process_import" not in html
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("", "no column “external_id”"),
        ('{"external_id": "Number"}', "no column “Number”"),
        ('{"number": "Nr"}', "nothing called number"),
        ("Nr", "no JSON"),
        ("[1]", "Write an object"),
    ],
)
def test_a_mapping_that_does_not_fit_is_explained(page: Client, mapping: str, words: str) -> None:
    assert words in upload(page, HEAD + GOOD, mapping).content.decode()
    assert not Ticket.objects.exists()


def test_only_who_may_add_tickets_imports(sam: User, client_of: Any) -> None:
    sam.is_staff = True
    sam.save(update_fields=["is_staff"])
    assert client_of(sam).get(IMPORT).status_code == 403


@pytest.mark.parametrize(
    "model",
    ["ticket", "message", "ticketfile", "category", "dispatchdecision", "desksettings"],
)
def test_lists_open_and_search(page: Client, model: str) -> None:
    make_ticket(category=make_category())
    url = reverse(f"admin:tickets_{model}_changelist")
    assert page.get(url).status_code == 200
    assert page.get(url, {"q": "1"}).status_code == 200


def test_the_number_of_queries_does_not_grow(
    page: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_ticket(category=make_category())
    with django_assert_max_num_queries(12):
        page.get("/admin/tickets/ticket/")


def test_words_are_changed_by_the_action_and_the_state_is_not(page: Client) -> None:
    ticket = make_ticket()
    url = f"/admin/tickets/ticket/{ticket.pk}/change/"
    page.post(
        url,
        {
            "subject": "Jam in tray 2",
            "description": ticket.description,
            "priority": "3",
            "category": "",
            "team": "",
            "status": Status.CLOSED,
            "resolution": "sneaked in",
        },
    )
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.status, ticket.resolution) == ("Jam in tray 2", "open", "")
    assert EventRecord.objects.filter(name="ticket.edited", subject_id=ticket.pk).count() == 1
    assert page.post(f"/admin/tickets/ticket/{ticket.pk}/delete/").status_code == 403


def test_settings_are_changed_by_the_action(page: Client) -> None:
    DeskSettings.load()
    numbers = {
        "auto_close_days": "9", "close_warning_days": "2",
        "repeat_days": "90", "undo_seconds": "15",
        "weight_skills": "40",
        "weight_distance": "25", "weight_availability": "20", "weight_load": "15",
    }  # fmt: skip
    page.post("/admin/tickets/desksettings/1/change/", {**numbers, "auto_assign": "on"})
    assert DeskSettings.load().auto_close_days == 9
    assert EventRecord.objects.filter(name="desk.settings_changed").count() == 1
