"""The list of technicians and the colleagues of the desk."""

import pytest

from technicians.actions import follow_roles
from tests.factories.work import make_ticket

pytestmark = pytest.mark.django_db


def test_the_list_holds_technicians_and_the_desk_by_filter(manager, agent, alice, client_of):
    of_desk, client = follow_roles(agent), client_of(manager)
    plain = client.get("/technicians/").content.decode()
    assert "Alice Tech" in plain
    assert "Erin Agent" not in plain
    desk = client.get("/technicians/?at_desk=1").content.decode()
    assert "Erin Agent" in desk
    assert "Alice Tech" not in desk
    assert "No working hours" not in desk.split("<tbody", 1)[1]
    assert b"given none automatically" in client.get(f"/technicians/{of_desk.pk}/").content


def test_the_assignee_of_a_ticket_may_be_any_of_them(agent, alice, manager, acme, client_of):
    follow_roles(manager)
    ticket = make_ticket(acme)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/properties/technician/").content.decode()
    names = [page.index(name) for name in (">Nobody<", ">Me<", ">Alice Tech<", ">Mia Manager<")]
    assert names == sorted(names)
