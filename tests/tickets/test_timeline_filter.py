"""The timeline shows one part of itself, as the address says."""

import html
import re

import pytest

from tests.factories.work import make_ticket
from tickets import actions
from tickets.timeline import timeline
from tickets.timeline_filter import PARTS

pytestmark = pytest.mark.django_db
WORDS = {
    "report": "It jams.",
    "reply": "Which tray?",
    "note": "Third time!",
    "work": "is on the way",
    "system": "changed subject",
}
SHOWN = {
    "conversation": {"report", "reply"},
    "notes": {"note"},
    "work": {"work"},
    "system": {"system"},
    "all": set(WORDS),
}


@pytest.fixture
def ticket(acme, agent, alice):
    ticket = make_ticket(acme, description=WORDS["report"])
    actions.add_reply(ticket, WORDS["reply"], actor=agent)
    actions.add_note(ticket, WORDS["note"], actor=agent)
    actions.choose_technician(ticket, alice.technician, actor=agent)
    actions.accept_job(ticket, actor=alice)
    actions.go_on_my_way(ticket, actor=alice)
    return actions.edit_ticket(ticket, {"subject": "Better words"}, actor=agent)


@pytest.mark.parametrize("show", SHOWN)
def test_a_part_shows_its_own_entries_and_no_others(show, ticket, agent, client_of):
    answer = client_of(agent).get(f"/tickets/{ticket.pk}/", {"show": show})
    page = answer.content.decode()
    assert {key for key, words in WORDS.items() if words in page} == SHOWN[show]


def test_work_and_system_are_all_events_without_overlap(ticket):
    def events(show):
        rows, _before = timeline(ticket, part=PARTS[show])
        return [entry.key for entry in rows if entry.kind == "event"]

    assert sorted(events("work") + events("system")) == sorted(events("all"))
    assert events("work")
    assert events("system")


def test_earlier_entries_stay_in_the_chosen_part(ticket, agent, client_of):
    for n in range(65):
        actions.add_note(ticket, f"note number {n}.", actor=agent)
    actions.add_reply(ticket, "In between.", actor=agent)
    client = client_of(agent)
    page = client.get(f"/tickets/{ticket.pk}/", {"show": "notes"})
    link = re.search(r'href="(\?[^"]*before=[^"]*)"', page.content.decode())[1]
    earlier = client.get(f"/tickets/{ticket.pk}/{html.unescape(link)}").content.decode()
    assert "Third time!" in earlier
    assert "Which tray?" not in earlier
    assert f'href="/tickets/{ticket.pk}/?show=notes">Back' in earlier


def test_the_chosen_part_is_marked_for_everybody(ticket, agent, client_of):
    page = client_of(agent).get(f"/tickets/{ticket.pk}/", {"show": "notes"}).content.decode()
    assert re.search(r'show=notes" data-key="3" aria-current="true"', page)


def test_an_empty_part_says_so(acme, agent, client_of):
    page = client_of(agent).get(f"/tickets/{make_ticket(acme).pk}/", {"show": "notes"})
    assert b"No internal notes yet." in page.content


def test_a_part_nobody_knows_is_a_400(ticket, agent, client_of):
    assert client_of(agent).get(f"/tickets/{ticket.pk}/", {"show": "secrets"}).status_code == 400
