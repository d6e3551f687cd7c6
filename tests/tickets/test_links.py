"""Links: related tickets, parents and children, a problem and its incidents."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.models import EventRecord
from tests.factories.work import make_ticket
from tickets.actions.links import add_link, remove_link
from tickets.errors import CannotLink
from tickets.links import links_of
from tickets.models import Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(acme) -> list[Ticket]:
    return [make_ticket(acme) for _number in range(3)]


def seen(ticket: Ticket, user) -> list[tuple[int, str]]:
    return [(linked.other.pk, linked.words) for linked in links_of(ticket, user)]


@pytest.mark.parametrize(
    ("role", "here", "there"),
    [
        ("related", "related", "related"),
        ("parent", "parent", "child"),
        ("child", "child", "parent"),
        ("problem", "problem", "incident"),
        ("incident", "incident", "problem"),
    ],
)
def test_both_ends_know_what_the_other_is(role, here, there, three, agent):
    one, two, _three = three
    add_link(one, two, role, actor=agent)
    assert seen(one, agent) == [(two.pk, here)]
    assert seen(two, agent) == [(one.pk, there)]
    said = EventRecord.objects.filter(name="ticket.link_added").order_by("subject_id")
    assert [(row.subject_id, row.payload["words"]) for row in said] == [
        (one.pk, here), (two.pk, there),
    ]  # fmt: skip


def test_the_same_link_twice_is_one(three, agent):
    one, two, _three = three
    for first, second in ((one, two), (two, one)):
        add_link(first, second, "related", actor=agent)
    assert TicketLink.objects.count() == 1
    assert EventRecord.objects.filter(name="ticket.link_added").count() == 2


def test_a_ticket_is_not_linked_with_itself(three, agent):
    with pytest.raises(CannotLink):
        add_link(three[0], three[0], "related", actor=agent)


def test_a_ticket_has_one_parent(three, agent):
    one, two, other = three
    add_link(one, two, "parent", actor=agent)
    with pytest.raises(CannotLink, match="parent already"):
        add_link(one, other, "parent", actor=agent)


def test_parents_form_no_ring(three, agent):
    one, two, other = three
    add_link(one, two, "child", actor=agent)
    add_link(two, other, "child", actor=agent)
    with pytest.raises(CannotLink, match="stands above"):
        add_link(other, one, "child", actor=agent)


def test_a_problem_is_no_incident_and_an_incident_no_problem(three, agent):
    one, two, other = three
    add_link(one, two, "incident", actor=agent)
    for first, second in ((two, other), (other, one)):
        with pytest.raises(CannotLink, match="at once"):
            add_link(first, second, "incident", actor=agent)


def test_a_merged_ticket_takes_no_link(three, agent):
    from tickets.actions import merge_tickets

    one, two, other = three
    merge_tickets(two, other, requester=None, actor=agent)
    with pytest.raises(CannotLink, match="merged"):
        add_link(one, two, "related", actor=agent)


def test_removing_it_leaves_an_entry_on_both_and_may_be_done_twice(three, agent):
    one, two, _three = three
    link = add_link(one, two, "parent", actor=agent)
    link = TicketLink.objects.select_related("source", "target").get(pk=link.pk)
    for _time in range(2):
        remove_link(link, actor=agent)
    assert seen(one, agent) == []
    assert EventRecord.objects.filter(name="ticket.link_removed").count() == 2


@pytest.mark.parametrize("kind", ["parent", "problem"])
def test_the_database_holds_one_parent_and_one_problem(kind, three):
    one, two, other = three
    now = timezone.now()
    TicketLink.objects.create(source=one, target=two, kind=kind, created_at=now)
    with pytest.raises(IntegrityError, match=f"link_one_{kind}"), transaction.atomic():
        TicketLink.objects.create(source=other, target=two, kind=kind, created_at=now)


@pytest.mark.django_db(transaction=True)
def test_three_people_close_no_ring_together(agent):
    tickets = [make_ticket() for _number in range(3)]
    start, refused = threading.Barrier(3), []

    def work(number: int) -> None:
        try:
            start.wait(10)
            add_link(tickets[number], tickets[(number + 1) % 3], "child", actor=agent)
        except CannotLink:
            refused.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(refused), TicketLink.objects.count()) == (1, 2)


def test_a_ticket_one_may_not_open_is_not_there(three, agent, alice, client_of):
    one, two, _three = three
    Ticket.objects.filter(pk=one.pk).update(technician=alice.technician)
    add_link(one, two, "parent", actor=agent)
    page = client_of(alice).get(f"/tickets/{one.pk}/links/").content.decode()
    assert "Nothing is linked." in page
    assert two.reference not in page


def test_by_the_card(three, agent, client_of):
    one, two, _three = three
    browser = client_of(agent)
    answer = browser.post(
        f"/tickets/{one.pk}/links/add/", {"number": two.reference, "role": "incident"},
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert two.reference in answer.content.decode()
    link = TicketLink.objects.get()
    browser.post(f"/tickets/{one.pk}/links/{link.pk}/remove/")
    assert not TicketLink.objects.exists()


@pytest.mark.parametrize("number", ["", "nonsense", "SD-999999", "-1", "9" * 19, "12 or 13"])
def test_a_number_that_is_none_is_said_beside_the_field(number, three, agent, client_of):
    answer = client_of(agent).post(
        f"/tickets/{three[0].pk}/links/add/", {"number": number, "role": "related"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["number"]


def test_a_foreign_link_is_not_removed(three, agent, client_of):
    one, two, other = three
    link = add_link(two, other, "related", actor=agent)
    client_of(agent).post(f"/tickets/{one.pk}/links/{link.pk}/remove/")
    assert TicketLink.objects.filter(pk=link.pk).exists()


def test_a_done_problem_names_its_open_incidents(three, agent, client_of):
    one, two, _three = three
    add_link(one, two, "incident", actor=agent)
    from tickets.actions import resolve_ticket

    resolve_ticket(one, "New firmware.", actor=agent)
    page = client_of(agent).get(f"/tickets/{one.pk}/links/").content.decode()
    assert "1 incident of this problem is open." in page
