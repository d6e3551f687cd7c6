"""The ticket page and its doors."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories.files import picture
from tests.factories.work import make_ticket
from tickets import actions
from tickets.models import Message, Status, TicketFile
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db


def test_the_page_shows_conversation_note_and_event(agent, acme, client_of):
    ticket = make_ticket(acme, description="It jams.")
    actions.add_reply(ticket, "Which tray?", actor=agent)
    actions.add_note(ticket, "Third time!", actor=agent)
    actions.change_status(ticket, Status.WAITING, actor=agent)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/").content.decode()
    for words in ["It jams.", "Which tray?", "Third time!", "Waiting on customer"]:
        assert words in page


def test_markup_people_wrote_stays_words(agent, acme, client_of):
    ticket = make_ticket(acme, subject="<b>x</b>", description="<script>alert(1)</script>")
    page = client_of(agent).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_technician_gets_404_for_a_ticket_of_others(alice, acme, client_of):
    ticket = make_ticket(acme)
    assert client_of(alice).get(f"/tickets/{ticket.pk}/").status_code == 404


def test_sales_read_but_do_not_answer(sam, acme, client_of):
    ticket = make_ticket(acme)
    client = client_of(sam)
    assert client.get(f"/tickets/{ticket.pk}/").status_code == 200
    assert client.post(f"/tickets/{ticket.pk}/reply/", {"body": "Hi"}).status_code == 403
    assert not Message.objects.exists()


def test_a_reply_is_stored_and_leads_back(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(
        f"/tickets/{ticket.pk}/reply/", {"body": "Try this.", "set_status": "waiting"}
    )
    assert answer.status_code == 302
    assert actions.release_due(now=timezone.now() + timedelta(minutes=1)) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.get().body) == ("waiting", "Try this.")


def test_a_refused_file_keeps_the_text(agent, acme, client_of):
    ticket = make_ticket(acme)
    liar = SimpleUploadedFile("photo.png", b"<html><script>alert(1)</script>", "image/png")
    answer = client_of(agent).post(
        f"/tickets/{ticket.pk}/reply/", {"body": "My long answer", "files": liar}
    )
    assert answer.status_code == 422
    assert b"My long answer" in answer.content
    assert "is not what its name says" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_file_over_the_limit_is_refused_with_its_size(agent, acme, client_of, settings):
    settings.FILE_MAX_BYTES = 1000
    ticket = make_ticket(acme)
    large = SimpleUploadedFile("log.txt", b"x" * 1001)
    answer = client_of(agent).post(
        f"/tickets/{ticket.pk}/reply/", {"body": "See log", "files": large}
    )
    assert answer.status_code == 422
    assert not TicketFile.objects.exists()


def test_an_attachment_is_served_as_ours_and_only_to_those_who_see_the_ticket(
    agent, alice, acme, client_of
):
    ticket = make_ticket(acme, files=[picture()])
    row = ticket.files.get()
    answer = client_of(agent).get(f"/tickets/files/{row.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client_of(alice).get(f"/tickets/files/{row.pk}/").status_code == 404


def test_a_note_with_an_empty_body_is_refused_beside_the_field(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/note/", {"body": " "})
    assert answer.status_code == 422


def test_resolving_without_a_text_says_what_is_missing(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/status/", {"to": "resolved"})
    assert answer.status_code == 422
    assert b"Write what fixed it" in answer.content


def test_a_move_that_is_not_in_the_table_is_refused(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/status/", {"to": "closed"})
    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status) == (422, "open")


def test_a_nul_byte_is_a_kind_error_and_never_a_500(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/reply/", {"body": "a\x00b"})
    assert answer.status_code in (302, 422)


def test_get_changes_nothing(agent, acme, client_of):
    ticket = make_ticket(acme)
    for door in ["reply", "note", "status", "assign"]:
        assert client_of(agent).get(f"/tickets/{ticket.pk}/{door}/").status_code == 405


def test_a_long_timeline_is_read_in_pages(agent, acme, client_of):
    ticket = make_ticket(acme)
    for n in range(65):
        actions.add_reply(ticket, f"reply number {n}.", actor=agent)
    client = client_of(agent)
    page = client.get(f"/tickets/{ticket.pk}/")
    assert b"reply number 64." in page.content
    assert b"reply number 0." not in page.content
    earlier = client.get(f"/tickets/{ticket.pk}/", {"before": str(page.context["earlier"])})
    assert b"reply number 0." in earlier.content


def test_entries_of_one_instant_are_neither_skipped_nor_shown_twice(agent, acme, monkeypatch):
    ticket, now = make_ticket(acme), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    for n in range(30):
        actions.add_note(ticket, f"note {n}", actor=agent)
        actions.edit_ticket(ticket, {"subject": f"Subject {n}"}, actor=agent)
    pages, before = [], None
    while before is not None or not pages:
        entries, before = timeline(ticket, before=before, limit=7)
        pages.append([(entry.kind, entry.key) for entry in entries])
    shown = [entry for page in reversed(pages) for entry in page]
    whole, _none = timeline(ticket, limit=1000)
    assert shown == [(entry.kind, entry.key) for entry in whole]
    assert len(set(shown)) == len(shown) >= 60


@pytest.mark.parametrize(
    "moment",
    [
        "2026-02-30T10:00:00Z_0_1", "0001-01-01T00:00:00+23:00_0_1", "2026-01-01T10:00:00_0_1",
        "2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z_2_1", "2026-01-01T10:00:00Z_0_x", "x", "",
        "2026-01-01T10:00:00Z_0_" + "9" * 30,
    ],
)  # fmt: skip
def test_a_made_up_moment_in_the_address_is_a_400(moment, agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).get(f"/tickets/{ticket.pk}/", {"before": moment})
    assert answer.status_code == 400
