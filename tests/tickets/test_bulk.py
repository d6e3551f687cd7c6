"""One change to many tickets: a result for each, by the same rules as for one."""

import pytest

from tests.factories.work import make_category, make_ticket
from tickets.models import Status, Ticket

pytestmark = pytest.mark.django_db


def post(client, tickets, change, **more):
    pks = [getattr(ticket, "pk", ticket) for ticket in tickets]
    return client.post("/tickets/bulk/", {"tickets": pks, "change": change, **more})


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [("status:waiting", "status", "waiting"), ("priority:1", "priority", 1)],
)
def test_every_selected_ticket_changes(change, field, value, agent, acme, client_of):
    tickets = [make_ticket(acme) for _ in range(3)]
    answer = post(client_of(agent), tickets, change, next="/tickets/view/mine/")
    assert answer["Location"] == "/tickets/view/mine/"
    assert set(Ticket.objects.values_list(field, flat=True)) == {value}


def test_assigning_and_taking_away(agent, alice, acme, client_of):
    tickets = [make_ticket(acme) for _ in range(2)]
    post(client_of(agent), tickets, f"technician:{alice.technician.pk}")
    assert Ticket.objects.filter(technician=alice.technician).count() == 2
    post(client_of(agent), tickets, "technician:null")
    assert Ticket.objects.filter(technician=None).count() == 2


def test_an_agent_takes_them(agent, alice, acme, client_of):
    tickets = [make_ticket(acme) for _ in range(2)]
    page = post(client_of(agent), tickets, "technician:me", next="/tickets/view/mine/")
    assert Ticket.objects.mine(agent).count() == 2
    assert page["Location"] == "/tickets/view/mine/"
    post(client_of(alice), tickets, "technician:me")  # no technician assigns
    assert Ticket.objects.mine(agent).count() == 2


def test_the_category_changes(agent, acme, client_of):
    ticket, category = make_ticket(acme), make_category("Networks")
    post(client_of(agent), [ticket], f"category:{category.pk}")
    assert Ticket.objects.get().category == category


def test_one_refusal_stops_no_other_and_says_why(agent, acme, client_of):
    closed, live = make_ticket(acme, status=Status.CLOSED), make_ticket(acme)
    page = post(client_of(agent), [closed, live], "status:waiting")
    assert [result.is_done for result in page.context["results"]] == [False, True]
    assert b"It is closed" in page.content
    assert Ticket.objects.get(pk=live.pk).status == Status.WAITING


def test_foreign_missing_and_repeated_numbers(alice, acme, client_of):
    """ATTACKS A31: the foreign one is untouched and told from a missing one by nobody."""
    hers = make_ticket(acme, technician=alice.technician)
    foreign = make_ticket(acme, subject="Secret")
    page = post(client_of(alice), [hers, foreign, 999_999, *[hers] * 50], "status:waiting")
    results = page.context["results"]
    assert len(results) == 3
    assert [result.is_done for result in results] == [True, False, False]
    assert results[1].why == results[2].why
    assert b"Secret" not in page.content
    assert Ticket.objects.get(pk=foreign.pk).status == Status.OPEN


@pytest.mark.parametrize(
    "change",
    ["", "status:resolved", "status:nonsense", "priority:9", "technician:abc", "delete:1",
     "technician:99999", "category:0", "is_staff:1"],
)  # fmt: skip
def test_a_change_that_is_none_changes_nothing(change, agent, acme, client_of):
    ticket = make_ticket(acme)
    assert post(client_of(agent), [ticket], change).status_code == 422
    assert Ticket.objects.get().version == ticket.version


@pytest.mark.parametrize("pks", [[], ["x"], ["1 OR 1=1"], ["9" * 30]])
def test_a_selection_that_is_none_is_refused(pks, agent, client_of):
    assert post(client_of(agent), pks, "status:waiting").status_code == 422


def test_no_more_than_a_page_at_once(agent, acme, client_of):
    page = post(client_of(agent), range(500_000, 500_150), "status:waiting")
    results = page.context["results"]
    assert len(results) == 150
    assert [result.why for result in results[99:101]] == [
        "There is no such ticket.", "Not done: 100 tickets at a time.",
    ]  # fmt: skip


def test_only_a_post_changes(agent, client_of):
    assert client_of(agent).get("/tickets/bulk/").status_code == 405
