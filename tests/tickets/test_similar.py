"""Resolved tickets that look alike."""

import pytest

from tests.factories.work import make_device, make_product, make_ticket
from tickets.actions import add_note
from tickets.actions.search import refresh_vocabulary
from tickets.similar import Problem, alike


def similar(problem, user):
    return list(alike(problem, user).tickets)


@pytest.fixture
def fixed(acme, device):
    return make_ticket(
        acme, status="resolved", device=device, subject="Fuser smells burnt",
        description="A burnt smell after ten pages.",
    )  # fmt: skip


def test_a_resolved_ticket_with_the_same_rare_words_is_shown(fixed, acme, agent, client_of):
    ticket = make_ticket(acme, subject="Burnt smell", description="From the fuser.")
    make_ticket(acme, status="resolved", subject="No network", description="Cable pulled.")
    make_ticket(acme, subject="Burnt smell again", description="Still open.")
    refresh_vocabulary()
    found = client_of(agent).get(f"/tickets/{ticket.pk}/similar/").content.decode()
    assert "Fuser smells burnt" in found
    assert "Replaced the roller." in found
    assert "No network" not in found
    assert "again" not in found


def test_the_same_model_comes_first(fixed, acme, device, agent):
    other = make_ticket(
        acme, status="resolved", device=make_device(acme, product=make_product("Other")),
        subject="Fuser smells burnt, fuser burnt", description="Burnt fuser.",
    )  # fmt: skip
    found = similar(Problem("Fuser smells burnt", "", device.product_id), agent)
    assert [(t.pk, t.is_same_product) for t in found] == [(fixed.pk, True), (other.pk, False)]


def test_it_is_never_the_ticket_itself(fixed, agent):
    assert similar(Problem(fixed.subject, but=fixed.pk), agent) == []


def test_rights_are_respected(fixed, acme, alice, dave, agent):
    assert similar(Problem("Fuser burnt"), alice) == []
    assert similar(Problem("Fuser burnt"), dave) == []
    add_note(fixed, "Weasel inside.", actor=agent)
    assert similar(Problem("weasel"), agent) == [fixed]
    fixed.technician = alice.technician
    fixed.save()
    assert similar(Problem("weasel"), alice) == [fixed]


def test_a_customer_is_never_matched_by_a_note(fixed, carol, agent):
    add_note(fixed, "Weasel inside.", actor=agent)
    assert similar(Problem("weasel"), carol) == []
    assert similar(Problem("burnt"), carol) == [fixed]


def test_while_a_call_is_typed(fixed, agent, alice, device, client_of):
    query = {"subject": "Burnt fuser", "description": "", "device": device.pk}
    found = client_of(agent).get("/tickets/new/similar/", query).content.decode()
    assert "Same model" in found
    assert client_of(alice).get("/tickets/new/similar/", query).status_code == 403


@pytest.mark.parametrize("device", ["", "x", "9" * 30, "²"])
@pytest.mark.parametrize("subject", ["", "the", "'", "x" * 9000, "é" * 300, ":* & |"])
def test_bad_input_is_answered(subject, device, agent, client_of):
    query = {"subject": subject, "description": subject, "device": device}
    assert client_of(agent).get("/tickets/new/similar/", query).status_code == 200


def test_queries_stay_the_same(acme, agent, device, django_assert_max_num_queries):
    for n in range(12):
        make_ticket(acme, status="resolved", device=device, subject=f"Burnt fuser {n}")
    assert agent.is_desk  # the roles are asked once per request
    with django_assert_max_num_queries(4):
        found = similar(Problem("Burnt fuser", "Smell", device.product_id), agent)
        assert [(t.customer.name, str(t.device.product)) for t in found]
    assert len(found) == 5


def test_the_ticket_page_and_call_entry_load_the_panel(fixed, agent, client_of):
    client = client_of(agent)
    page = client.get(f"/tickets/{fixed.pk}/").content.decode()
    assert f'hx-get="/tickets/{fixed.pk}/similar/"' in page
    assert 'hx-get="/tickets/new/similar/"' in client.get("/tickets/new/").content.decode()
