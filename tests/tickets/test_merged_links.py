"""A merge takes the links along; undo puts them back."""

import pytest
from django.db.models import Q

from tests.factories.work import make_ticket
from tickets.actions.links import add_link, remove_link
from tickets.actions.merging import merge_tickets, undo_merge
from tickets.links import links_of
from tickets.models import Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(acme) -> list[Ticket]:
    return [make_ticket(acme) for _number in range(4)]


def links(ticket: Ticket, user) -> set[tuple[int, str]]:
    return {(linked.other.pk, linked.words) for linked in links_of(ticket, user)}


def merge(source: Ticket, into: Ticket, agent) -> None:
    merge_tickets(source, into, requester=None, actor=agent)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("related", "related"),
        ("parent", "parent"),
        ("child", "child"),
        ("problem", "problem"),
        ("incident", "incident"),
    ],
)
def test_links_move_and_come_back(role, words, four, agent):
    source, into, other, _fourth = four
    add_link(source, other, role, actor=agent)
    merge(source, into, agent)
    assert links(into, agent) == {(other.pk, words)}
    assert links(source, agent) == set()
    undo_merge(source, actor=agent)
    assert links(into, agent) == set()
    assert links(source, agent) == {(other.pk, words)}


def test_a_second_problem_is_not_taken(four, agent):
    source, into, one, two = four
    add_link(source, one, "problem", actor=agent)
    add_link(into, two, "problem", actor=agent)
    merge(source, into, agent)
    assert links(into, agent) == {(two.pk, "problem")}
    assert links(source, agent) == {(one.pk, "problem")}
    undo_merge(source, actor=agent)
    assert links(source, agent) == {(one.pk, "problem")}


def test_a_link_of_both_is_one_and_undo_leaves_the_targets_own(four, agent):
    source, into, other, _fourth = four
    for ticket in (source, into):
        add_link(ticket, other, "related", actor=agent)
    merge(source, into, agent)
    assert TicketLink.objects.count() == 1
    undo_merge(source, actor=agent)
    assert links(source, agent) == links(into, agent) == {(other.pk, "related")}


def test_the_link_between_the_two_goes_and_comes_back(four, agent):
    source, into, *_others = four
    add_link(source, into, "parent", actor=agent)
    merge(source, into, agent)
    assert not TicketLink.objects.exists()
    undo_merge(source, actor=agent)
    assert links(source, agent) == {(into.pk, "parent")}


def test_what_was_unlinked_since_stays_so(four, agent):
    source, into, other, _fourth = four
    add_link(source, other, "related", actor=agent)
    merge(source, into, agent)
    remove_link(TicketLink.objects.get(), actor=agent)
    undo_merge(source, actor=agent)
    assert not TicketLink.objects.filter(Q(source=source) | Q(target=source)).exists()


def test_what_was_given_another_problem_since_keeps_it(four, agent):
    source, into, incident, problem = four
    add_link(source, incident, "incident", actor=agent)
    merge(source, into, agent)
    remove_link(TicketLink.objects.get(), actor=agent)
    add_link(problem, incident, "incident", actor=agent)
    undo_merge(source, actor=agent)
    assert links(incident, agent) == {(problem.pk, "problem")}
