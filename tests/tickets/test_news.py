"""Something new on an open ticket is said in one sentence; the page asks for it itself."""

import re

import pytest
from channels.layers import get_channel_layer

from notifications.ticket_line import group_of_ticket
from tests.factories.work import make_ticket
from tickets import actions

pytestmark = pytest.mark.django_db


def news(client, ticket, page):
    url = re.search(r'id="news"[^>]*hx-get="([^"]+)"', page)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(url).content.decode()).split())


@pytest.fixture
def ticket(acme, carol):
    return make_ticket(acme, requester=carol.contact)


@pytest.fixture
def page(agent, ticket, client_of):
    return client_of(agent).get(f"/tickets/{ticket.pk}/").content.decode()


def test_nothing_new_is_no_bar(agent, ticket, page, client_of):
    assert news(client_of(agent), ticket, page) == ""


def test_messages_are_counted_with_their_authors(agent, manager, carol, ticket, page, client_of):
    actions.add_reply(ticket, "Still jams.", actor=carol, from_customer=True)
    assert news(client_of(agent), ticket, page).startswith("1 new message from Carol. Show")
    actions.add_note(ticket, "CANARY", actor=manager)
    words = news(client_of(agent), ticket, page)
    assert words.startswith("2 new messages from Carol, Mia. Show")
    assert "CANARY" not in words


def test_other_changes_name_who_made_them(agent, manager, ticket, page, client_of):
    actions.edit_ticket(ticket, {"priority": 1}, actor=manager)
    assert news(client_of(agent), ticket, page).startswith("Mia changed the ticket. Show")


def test_what_one_does_oneself_is_no_news(agent, ticket, page, client_of):
    actions.add_note(ticket, "Mine", actor=agent)
    assert news(client_of(agent), ticket, page) == ""


def test_a_page_that_shows_it_has_no_news_of_it(agent, manager, ticket, page, client_of):
    actions.add_note(ticket, "Read me", actor=manager)
    again = client_of(agent).get(f"/tickets/{ticket.pk}/?show=system").content.decode()
    assert news(client_of(agent), ticket, again) == ""


def test_a_made_up_place_is_a_400(agent, ticket, client_of):
    for after in ("x", "-1", "9" * 30, "²"):
        url = f"/tickets/{ticket.pk}/news/"
        assert client_of(agent).get(url, {"after": after}).status_code == 400


def test_only_pages_of_the_ticket_hear_that_it_was_this_one(agent, ticket, monkeypatch):
    from notifications.tasks import push_desk

    heard = {}

    async def remember(self, group, message):
        heard[group] = message

    monkeypatch.setattr(type(get_channel_layer()), "group_send", remember)
    push_desk(ticket.pk)
    assert heard[group_of_ticket(ticket.pk)] == {"type": "ticket.changed"}
    assert heard["desk"] == {"type": "desk.changed"}
    assert len(heard) == 2
