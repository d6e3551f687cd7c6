"""The queue."""

import pytest

from tests.factories.work import make_ticket
from tickets.models import Status

pytestmark = pytest.mark.django_db


def test_the_queue_shows_open_tickets_and_hides_done_ones(agent, acme, client_of):
    make_ticket(acme, subject="Still broken")
    make_ticket(acme, subject="Long fixed", status=Status.CLOSED)
    page = client_of(agent).get("/tickets/")
    assert b"Still broken" in page.content
    assert b"Long fixed" not in page.content


@pytest.mark.parametrize("view", ["mine", "unassigned", "waiting", "resolved", "all"])
def test_every_view_works(view, agent, acme, client_of):
    make_ticket(acme)
    assert client_of(agent).get(f"/tickets/view/{view}/").status_code == 200


def test_mine_holds_only_my_tickets(alice, agent, acme, client_of):
    make_ticket(acme, subject="For Alice", technician=alice.technician)
    make_ticket(acme, subject="For nobody")
    page = client_of(alice).get("/tickets/view/mine/")
    assert b"For Alice" in page.content
    assert b"For nobody" not in page.content


def test_a_technician_sees_only_own_and_team_tickets(alice, acme, client_of):
    make_ticket(acme, subject="For nobody")
    page = client_of(alice).get("/tickets/view/all/")
    assert b"For nobody" not in page.content


@pytest.mark.parametrize("words", ["SD-{pk}", "{pk}", "jam", "Acme", "klp420 7f3a"])
def test_search_finds_by_number_subject_customer_and_serial(words, agent, acme, device, client_of):
    ticket = make_ticket(acme, subject="Paper jam", device=device)
    found = client_of(agent).get("/tickets/", {"q": words.format(pk=ticket.pk)})
    assert b"Paper jam" in found.content


def test_the_empty_queue_says_what_comes_next(agent, client_of):
    assert b"Nothing here" in client_of(agent).get("/tickets/").content


def test_no_match_says_so(agent, acme, client_of):
    make_ticket(acme)
    assert b"No ticket matches" in client_of(agent).get("/tickets/?q=zzzz").content


def test_the_list_exports_as_csv_without_formulas(agent, acme, client_of):
    make_ticket(acme, subject="=cmd|' /C calc'!A0")
    answer = client_of(agent).get("/tickets/?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=cmd" in text


def test_htmx_gets_only_the_rows(agent, acme, client_of):
    make_ticket(acme)
    answer = client_of(agent).get("/tickets/", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert "HX-Request" in answer["Vary"]
