"""Properties in the rail: each saves itself, and a conflict is one field's own."""

import threading

import pytest
from django.db import connection

from core.models import EventRecord
from tests.factories.people import make_team
from tests.factories.work import make_category, make_ticket
from tickets import actions
from tickets.models import Status, Ticket
from tickets.properties import PROPERTIES

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def save(client, ticket, name, value, was, **more):
    data = {"value": value, "was": was, **more}
    return client.post(f"/tickets/{ticket.pk}/properties/{name}/", data, **HTMX)


def test_every_property_is_saved_by_its_own_control(agent, alice, acme, client_of):
    team, category = make_team("Field"), make_category("Networks")
    ticket, client = make_ticket(acme), client_of(agent)
    wanted = {
        "subject": "Better words", "technician": str(alice.technician.pk), "team": str(team.pk),
        "status": "waiting", "priority": "1", "category": str(category.pk),
    }  # fmt: skip
    assert set(wanted) == set(PROPERTIES)
    for name, value in wanted.items():
        ticket.refresh_from_db()
        answer = save(client, ticket, name, value, PROPERTIES[name].value(ticket))
        assert (answer.status_code, answer["HX-Trigger"]) == (200, "property-saved")
        assert b"thead-marks" in answer.content
        ticket.refresh_from_db()
        assert PROPERTIES[name].value(ticket) == value


def test_the_same_value_again_changes_nothing(agent, acme, client_of):
    ticket, client = make_ticket(acme), client_of(agent)
    save(client, ticket, "priority", "1", "3")
    events = EventRecord.objects.count()
    assert save(client, ticket, "priority", "1", "3").status_code == 200
    assert EventRecord.objects.count() == events


def test_the_second_saver_of_a_field_sees_both_values_and_chooses(agent, manager, acme, client_of):
    ticket, client = make_ticket(acme), client_of(agent)
    actions.edit_ticket(ticket, {"priority": 2}, actor=manager)
    answer = save(client, ticket, "priority", "1", "3")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mia Manager set it to “High” meanwhile." in page
    assert "Keep “High”" in page
    assert "Set “Urgent”" in page
    assert 'name="was" value="2"' in page
    ticket.refresh_from_db()
    assert ticket.priority == 2
    assert save(client, ticket, "priority", "1", "2").status_code == 200
    ticket.refresh_from_db()
    assert ticket.priority == 1


def test_a_change_of_another_field_is_no_conflict(agent, manager, acme, client_of):
    ticket = make_ticket(acme)
    actions.edit_ticket(ticket, {"subject": "Changed meanwhile"}, actor=manager)
    assert save(client_of(agent), ticket, "priority", "1", "3").status_code == 200
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority) == ("Changed meanwhile", 1)


def test_resolving_asks_what_fixed_it_and_keeps_the_choice(agent, acme, client_of):
    ticket, client = make_ticket(acme), client_of(agent)
    answer = save(client, ticket, "status", "resolved", "open")
    assert answer.status_code == 422
    assert b"What fixed it?" in answer.content
    assert b'value="resolved" selected' in answer.content
    answer = save(client, ticket, "status", "resolved", "open", resolution="A new roller.")
    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status, ticket.resolution) == (
        200, Status.RESOLVED, "A new roller.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "was", "status"),
    [
        ("status", "closed", "open", 422), ("status", "nonsense", "open", 422),
        ("priority", "9", "3", 422), ("technician", "999999", "", 422),
        ("technician", "x", "", 422), ("category", "1e5", "", 422), ("team", "-1", "", 422),
        ("subject", " ", "It jams", 422), ("subject", "x" * 201, "It jams", 400),
        ("description", "x", "", 404), ("priority", "1\x00", "3", 400),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_and_nothing_changes(
    name, value, was, status, agent, acme, client_of
):
    ticket = make_ticket(acme, subject="It jams")
    before = Ticket.objects.values().get(pk=ticket.pk)
    assert save(client_of(agent), ticket, name, value, was).status_code == status
    assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_a_control_without_the_value_it_replaces_is_refused(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/properties/priority/", {"value": "1"})
    assert answer.status_code == 400


def test_who_may_not_change_a_field_reads_it(alice, sam, agent, acme, client_of):
    ticket = make_ticket(acme, technician=alice.technician, actor=agent)
    for user in (alice, sam):
        assert save(client_of(user), ticket, "priority", "1", "3").status_code == 403
    page = client_of(sam).get(f"/tickets/{ticket.pk}/properties/").content.decode()
    assert "<form" not in page
    assert "Alice Tech" in page


def test_a_closed_ticket_has_no_controls(agent, acme, client_of):
    ticket = actions.resolve_ticket(make_ticket(acme), "Done.", actor=agent)
    actions.close_ticket(ticket, actor=agent)
    assert b"<form" not in client_of(agent).get(f"/tickets/{ticket.pk}/properties/").content
    assert save(client_of(agent), ticket, "priority", "1", "3").status_code == 403


def test_a_category_brings_its_team_to_the_control_beside_it(agent, acme, client_of):
    category = make_category("Networks")
    category.team = make_team("Cables")
    category.save()
    answer = save(client_of(agent), make_ticket(acme), "category", str(category.pk), "")
    assert b'id="prop-team" hx-swap-oob="true"' in answer.content


def test_without_scripts_a_control_leads_back_to_the_ticket(agent, acme, client_of):
    ticket = make_ticket(acme)
    url = f"/tickets/{ticket.pk}/properties/priority/"
    assert client_of(agent).post(url, {"value": "1", "was": "3"}).url == f"/tickets/{ticket.pk}/"


@pytest.mark.django_db(transaction=True)
def test_two_savers_at_the_same_moment_one_wins_and_the_other_is_asked(
    agent, manager, acme, client_of
):
    ticket, answers = make_ticket(acme), []
    clients = [client_of(agent), client_of(manager)]
    start = threading.Barrier(2)

    def go(client, value):
        start.wait()
        answers.append(save(client, ticket, "priority", value, "3").status_code)
        connection.close()

    threads = [
        threading.Thread(target=go, args=(client, value))
        for client, value in zip(clients, ("1", "2"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
