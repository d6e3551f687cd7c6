"""Who is on a ticket: seen by those who may see it, gone by itself, never a lock."""

import time

import pytest
from redis.exceptions import ConnectionError as RedisDown

from accounts.models import User
from tests.factories.people import make_team
from tests.factories.work import make_ticket
from tickets import actions, presence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_here")]


def names(ticket, but=None):
    return [(p.first_name, p.is_writing) for p in presence.people_on(ticket.pk, but=but)]


def test_the_page_names_who_looks_and_who_writes_but_not_oneself(
    agent, manager, admin, acme, client_of
):
    ticket = make_ticket(acme)
    presence.say_here(ticket.pk, manager, "p1", is_writing=True)
    presence.say_here(ticket.pk, admin, "p2", is_writing=False)
    presence.say_here(ticket.pk, agent, "p3", is_writing=True)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Mia is replying" in page
    assert "Ada is looking" in page
    assert "Erin is" not in page
    part = client_of(agent).get(f"/tickets/{ticket.pk}/here/").content.decode()
    assert "Mia is replying" in part


def test_somebody_with_two_pages_is_shown_once_and_leaves_with_the_last(agent, manager, acme):
    ticket = make_ticket(acme)
    presence.say_here(ticket.pk, manager, "p1", is_writing=True)
    presence.say_here(ticket.pk, manager, "p2", is_writing=False)
    assert names(ticket) == [("Mia", True)]
    presence.say_gone(ticket.pk, manager, "p1")
    assert names(ticket) == [("Mia", False)]
    presence.say_gone(ticket.pk, manager, "p2")
    assert names(ticket) == []


def test_who_says_nothing_more_is_gone_after_25_seconds(agent, acme, monkeypatch):
    ticket, now = make_ticket(acme), time.time()
    presence.say_here(ticket.pk, agent, "p1", is_writing=True)
    monkeypatch.setattr(time, "time", lambda: now + 24)
    assert names(ticket) == [("Erin", True)]
    monkeypatch.setattr(time, "time", lambda: now + 26)
    assert names(ticket) == []
    assert presence.writers() == {}
    assert 0 < presence._client().ttl(presence._key(ticket.pk)) <= 25


def test_a_name_may_hold_anything(agent, acme, client_of, manager):
    manager.name = "<b>:Ann: Ünal</b>"
    presence.say_here(1, manager, "p1", is_writing=True)
    assert presence.people_on(1) == [presence.Person("<b>:Ann: Ünal</b>", manager.pk, True)]
    ticket = make_ticket(acme)
    presence.say_here(ticket.pk, manager, "p1", is_writing=True)
    assert b"<b>:Ann:" not in client_of(agent).get(f"/tickets/{ticket.pk}/").content


def test_a_row_of_the_queue_says_who_replies(
    agent, manager, acme, client_of, django_assert_num_queries
):
    ticket, other = make_ticket(acme), make_ticket(acme, subject="Other")
    client = client_of(agent)
    client.get("/tickets/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        quiet = client.get("/tickets/").content.decode()
    presence.say_here(ticket.pk, manager, "p1", is_writing=True)
    presence.say_here(other.pk, manager, "p1", is_writing=False)
    with django_assert_num_queries(len(before)):
        page = client.get("/tickets/").content.decode()
    assert "is replying" not in quiet
    assert page.count("Mia is replying") == 1


def test_the_queue_of_a_technician_tells_nothing_of_foreign_tickets(
    alice, manager, acme, client_of
):
    presence.say_here(make_ticket(acme).pk, manager, "p1", is_writing=True)
    assert b"is replying" not in client_of(alice).get("/tickets/view/all/").content


def test_without_redis_the_pages_work_and_nobody_is_here(agent, acme, client_of, monkeypatch):
    def down(*args, **kwargs):
        raise RedisDown

    ticket = make_ticket(acme)
    monkeypatch.setattr(presence, "_client", down)
    presence.say_here(ticket.pk, agent, "p1", is_writing=True)
    presence.say_gone(ticket.pk, agent, "p1")
    client = client_of(agent)
    for url in (f"/tickets/{ticket.pk}/", f"/tickets/{ticket.pk}/here/", "/tickets/"):
        assert client.get(url).status_code == 200


def test_who_may_be_here_is_asked_of_the_database_each_time(alice, bob, agent, carol, sam, acme):
    ticket = make_ticket(acme, technician=alice.technician, actor=agent)
    assert [presence.may_be_here(user, ticket.pk) for user in (alice, bob, agent, sam, carol)] == [
        True,
        False,
        True,
        True,
        False,
    ]
    make_team("Field", bob)
    actions.edit_ticket(ticket, {"team": bob.teams.get()}, actor=agent)
    assert presence.may_be_here(bob, ticket.pk)
    actions.unassign_ticket(ticket, actor=agent)
    assert not presence.may_be_here(alice, ticket.pk)
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert not presence.may_be_here(agent, ticket.pk)
    assert not presence.may_be_here(sam, ticket.pk + 1000)


def test_the_customer_never_reads_who_is_here(agent, carol, acme, client_of):
    ticket = make_ticket(acme, requester=carol.contact)
    presence.say_here(ticket.pk, agent, "p1", is_writing=True)
    client = client_of(carol)
    page = client.get(f"/portal/tickets/{ticket.pk}/").content.decode()
    assert "Erin" not in page
    assert client.get(f"/tickets/{ticket.pk}/here/").status_code == 404
