"""Who heard of a merged ticket goes on hearing; undo takes away what the merge brought."""

import pytest

from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions.tags import change_tags, create_tag
from tickets.models import Follower

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(acme):
    return acme.contacts.create(name="Carl", email="carl@acme.test")


@pytest.fixture
def dora(acme):
    return acme.contacts.create(name="Dora", email="dora@acme.test")


@pytest.fixture
def one(acme, carl, agent, manager):
    ticket = make_ticket(acme, requester=carl)
    change_tags(ticket, add=[create_tag("vpn", actor=agent)], actor=agent)
    actions.set_copies(ticket, ["boss@acme.test"], actor=agent)
    actions.add_follower(ticket, manager, actor=agent)
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def two(acme, dora, agent):
    ticket = make_ticket(acme, requester=dora)
    change_tags(ticket, add=[create_tag("wifi", actor=agent)], actor=agent)
    actions.set_copies(ticket, ["post@acme.test"], actor=agent)
    ticket.refresh_from_db()
    return ticket


def known(ticket):
    ticket.refresh_from_db()
    people = ticket.followers.values_list("user__name", flat=True)
    return sorted(ticket.tag_ids), sorted(copy.email for copy in ticket.copies.all()), set(people)


def merge(source, into, agent, requester=None, **more):
    return actions.merge_tickets(source, into, requester=requester, actor=agent, **more)


def test_tags_copies_followers_and_the_requester_come_along(one, two, agent, manager):
    merge(one, two, agent)
    tags, copies, followers = known(two)
    assert tags == sorted(one.tag_ids + [tag for tag in tags if tag not in one.tag_ids])
    assert copies == ["boss@acme.test", "carl@acme.test", "post@acme.test"]
    assert (len(tags), manager.name in followers) == (2, True)


def test_whoever_was_asked_before_gets_copies_when_another_requester_is_chosen(
    one, two, carl, agent
):
    merge(one, two, agent, requester=carl)
    assert "dora@acme.test" in known(two)[1]
    assert "carl@acme.test" not in known(two)[1]


def test_undo_takes_back_only_what_the_merge_brought(one, two, agent, manager):
    before = known(two)
    merge(one, two, agent)
    actions.set_copies(two, [*known(two)[1], "late@acme.test"], actor=agent)
    actions.undo_merge(one, actor=agent)
    tags, copies, followers = known(two)
    assert (tags, copies, followers) == (before[0], ["late@acme.test", "post@acme.test"], before[2])
    assert known(one)[1] == ["boss@acme.test"]


def test_what_both_had_stays_after_undo(one, two, agent, manager):
    actions.add_follower(two, manager, actor=agent)
    actions.set_copies(two, ["boss@acme.test"], actor=agent)
    merge(one, two, agent)
    actions.undo_merge(one, actor=agent)
    assert known(two)[1:] == (["boss@acme.test"], {manager.name})


def test_nobody_of_another_customer_gets_copies(one, globex, agent):
    other = make_ticket(globex)
    merge(one, other, agent, across=True)
    assert known(other)[1] == []


def test_a_follower_who_may_not_see_the_other_ticket_does_not_come_along(acme, alice, agent):
    one, two = make_ticket(acme, technician=alice.technician), make_ticket(acme)
    actions.add_follower(one, alice, actor=agent)
    merge(one, two, agent)
    assert not Follower.objects.filter(ticket=two).exists()


def test_an_imported_address_that_is_none_stops_no_merge(one, two, carl, agent):
    type(carl).objects.filter(pk=carl.pk).update(email="carl at acme")
    merge(one, two, agent)
    assert "carl at acme" not in known(two)[1]


def test_more_than_a_ticket_holds_is_left_behind(one, two, agent):
    actions.set_copies(two, [f"p{number}@acme.test" for number in range(20)], actor=agent)
    change_tags(two, add=[create_tag(f"t{n}", actor=agent) for n in range(19)], actor=agent)
    merge(one, two, agent)
    tags, copies, _followers = known(two)
    assert (len(tags), len(copies)) == (20, 20)


def test_a_tag_of_two_merges_stays_until_both_are_undone(one, two, agent, acme):
    third = make_ticket(acme)
    change_tags(third, add=[create_tag("vpn", actor=agent)], actor=agent)
    merge(one, two, agent)
    merge(third, two, agent)
    own = [create_tag("wifi", actor=agent).pk]
    actions.undo_merge(one, actor=agent)
    assert known(two)[0] == sorted(own + one.tag_ids)
    actions.undo_merge(third, actor=agent)
    assert known(two)[0] == own
