"""Files of a ticket, for its customer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.people import make_portal_user
from tests.factories.work import make_ticket
from tickets import actions
from tickets.models import TicketFile

pytestmark = pytest.mark.django_db


def upload(name="log.txt"):
    return SimpleUploadedFile(name, b"CANARY-BYTES", "text/plain")


def fetch(client, row):
    return client.get(f"/portal/files/{row.pk}/")


@pytest.fixture
def report_file(acme):
    return make_ticket(acme, files=[upload()]).files.get()


def test_the_customers_people_get_it_as_a_download(client_of, carol, acme, report_file):
    for user in (carol, make_portal_user(acme)):
        response = fetch(client_of(user), report_file)
        assert b"".join(response.streaming_content) == b"CANARY-BYTES"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"


def test_guessing_finds_nothing(client_of, dave, report_file):
    assert fetch(client_of(dave), report_file).status_code == 404
    assert client_of(dave).get("/portal/files/999999/").status_code == 404


def test_a_file_of_a_public_reply_is_served(client_of, carol, agent, report_file):
    message = actions.add_reply(report_file.ticket, "See", actor=agent, files=[upload("b.txt")])
    assert fetch(client_of(carol), message.files.get()).status_code == 200


def test_internal_files_are_not_there(client_of, carol, agent, report_file):
    ticket = report_file.ticket
    note = actions.add_note(ticket, "Internal", actor=agent, files=[upload("secret.txt")])
    client = client_of(carol)
    assert fetch(client, note.files.get()).status_code == 404
    # Not even when the mark is missing: the message itself is a note.
    TicketFile.objects.filter(message=note).update(is_internal=False)
    assert fetch(client, note.files.get()).status_code == 404
    assert "secret.txt" not in client.get(f"/portal/tickets/{ticket.pk}/").content.decode()


def test_staff_have_their_own_address(client_of, agent, report_file):
    assert fetch(client_of(agent), report_file).status_code == 404
