"""Who else hears of a ticket: Cc on the customer's side, followers among the staff."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import EventRecord
from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions import NewReply
from tickets.actions.people import own_addresses, split_addresses
from tickets.errors import AddressRefused, NotAFollower
from tickets.models import Follower, TicketCopy

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("a@x.test, b@x.test;c@x.test\nd@x.test", ["a@x.test", "b@x.test", "c@x.test", "d@x.test"]),
        ("Ann Lee <a@x.test>", ["a@x.test"]),
        ("no address", ["no address"]),
    ],
)
def test_addresses_as_people_type_them(typed, found):
    assert split_addresses(typed) == found


def test_a_copy_knows_the_contact_it_belongs_to(agent, acme):
    ticket = make_ticket(acme)
    contact = make_contact(acme, email="boss@acme.test")
    actions.set_copies(ticket, ["boss@acme.test", "friend@x.test"], actor=agent)
    assert [row.contact for row in ticket.copies.all()] == [contact, None]


def test_a_contact_of_another_customer_is_only_an_address(agent, acme, globex):
    make_contact(globex, email="spy@globex.test")
    ticket = make_ticket(acme)
    actions.set_copies(ticket, ["spy@globex.test"], actor=agent)
    assert ticket.copies.get().contact is None


def test_changing_copies_records_numbers_and_no_addresses(agent):
    ticket = make_ticket()
    actions.set_copies(ticket, ["a@x.test", "b@x.test"], actor=agent)
    actions.set_copies(ticket, ["b@x.test"], actor=agent)
    actions.set_copies(ticket, ["b@x.test"], actor=agent)
    rows = EventRecord.objects.filter(name="ticket.copies_changed").order_by("id")
    assert [row.payload for row in rows] == [{"added": 2, "removed": 0}, {"added": 0, "removed": 1}]


def test_the_requester_and_our_own_mailboxes_are_left_out(agent, settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <Support@desk.test>"
    ticket = make_ticket()
    wanted = ["support@DESK.test", str(ticket.requester.email).upper(), "a@x.test"]
    assert actions.set_copies(ticket, wanted, actor=agent) == ["a@x.test"]
    assert "support@desk.test" in own_addresses()


@pytest.mark.parametrize("bad", ["a@b@c", "a@x.test\nBcc: b@x.test", "", "x" * 300 + "@x.test"])
def test_what_is_no_address_is_refused(bad, agent):
    with pytest.raises(AddressRefused):
        actions.set_copies(make_ticket(), [bad], actor=agent)


def test_the_database_keeps_a_copy_and_a_follower_once(agent):
    ticket = make_ticket()
    TicketCopy.objects.create(ticket=ticket, email="a@x.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketCopy.objects.create(ticket=ticket, email="A@x.test")
    actions.add_follower(ticket, agent, actor=agent)
    actions.add_follower(ticket, agent, actor=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Follower.objects.create(ticket=ticket, user=agent)
    assert EventRecord.objects.filter(name="ticket.follower_added").count() == 1


def test_copies_changed_in_the_rail_meanwhile_stay(agent):
    ticket = make_ticket()
    actions.set_copies(ticket, ["old@x.test"], actor=agent)
    actions.send_reply(ticket, NewReply("Hi", copies=["old@x.test", "new@x.test"]), actor=agent)
    actions.set_copies(ticket, ["rail@x.test"], actor=agent)
    actions.release_due(now=timezone.now() + SOON)
    assert {row.email for row in ticket.copies.all()} == {"rail@x.test", "new@x.test"}


def test_who_answers_a_colleagues_ticket_follows_it(agent, alice):
    ticket = make_ticket(technician=alice.technician)
    actions.send_reply(ticket, NewReply("I help out."), actor=agent)
    assert not ticket.followers.exists()
    actions.release_due(now=timezone.now() + SOON)
    assert ticket.followers.get().user == agent


def test_who_answers_their_own_or_nobodys_ticket_does_not(agent, alice):
    for ticket, user in [(make_ticket(technician=alice.technician), alice), (make_ticket(), agent)]:
        actions.send_reply(ticket, NewReply("Hello."), actor=user)
    actions.release_due(now=timezone.now() + SOON)
    assert not Follower.objects.exists()


def test_customers_strangers_and_the_disabled_do_not_follow(agent, bob, carol, acme):
    ticket = make_ticket(acme)
    for user in (bob, carol):
        with pytest.raises(NotAFollower):
            actions.add_follower(ticket, user, actor=agent)
    agent.is_active = False
    with pytest.raises(NotAFollower):
        actions.add_follower(ticket, agent, actor=None)


def test_the_panel_follows_unfollows_and_changes_cc(agent, manager, acme, client_of):
    ticket = make_ticket(acme)
    client, base = client_of(agent), f"/tickets/{ticket.pk}/"
    assert client.post(base + "follow/").status_code == 302
    assert client.post(base + "follow/", {"user": manager.pk}).status_code == 302
    client.post(base + "copies/", {"copies": "a@x.test"})
    page = client.get(base + "people/").content.decode()
    for words in ("a@x.test", agent.name, manager.name):
        assert words in page
    client.post(base + "unfollow/")
    assert ticket.followers.get().user == manager


def test_the_panel_keeps_a_wrong_cc_as_typed(agent, client_of):
    ticket = make_ticket()
    answer = client_of(agent).post(
        f"/tickets/{ticket.pk}/copies/", {"copies": "boss@"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert b'value="boss@"' in answer.content


def test_a_colleague_who_cannot_see_the_ticket_is_refused_in_words(agent, bob, client_of):
    ticket = make_ticket()
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/follow/", {"user": bob.pk})
    assert answer.status_code == 422
    assert "cannot see the ticket" in answer.content.decode()


def test_sales_follow_for_themselves_only(sam, agent, client_of):
    ticket = make_ticket()
    client, base = client_of(sam), f"/tickets/{ticket.pk}/"
    assert client.post(base + "follow/").status_code == 302
    assert client.post(base + "follow/", {"user": agent.pk}).status_code == 403
    assert client.post(base + "copies/", {"copies": "a@x.test"}).status_code == 403


@pytest.mark.parametrize("user", ["x", "0", "9" * 30])
def test_a_forged_colleague_is_400(user, agent, client_of):
    ticket = make_ticket()
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/follow/", {"user": user})
    assert answer.status_code == 400
