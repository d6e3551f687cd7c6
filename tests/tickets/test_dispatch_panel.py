"""The panel of the best technicians."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from tests.factories.people import make_technician
from tests.factories.work import make_ticket
from tickets.models import Category

ClientOf = Callable[[User], Client]


def test_it_explains_the_best_and_the_excluded(
    agent: User, alice: User, bob: User, category: Category, client_of: ClientOf
) -> None:
    ticket = make_ticket(category=category)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/technicians/").content.decode()
    assert "Assign Alice Tech" in page
    assert "Printers 4 of 5" in page
    assert page.count("<progress") == 4
    assert "1 technician cannot" in page
    assert "lacks Printers at level 2" in page


def test_its_button_assigns(agent: User, alice: User, client_of: ClientOf) -> None:
    ticket = make_ticket()
    client_of(agent).post(f"/tickets/{ticket.pk}/assign/", {"technician": alice.technician.pk})
    ticket.refresh_from_db()
    assert ticket.technician == alice.technician


def test_nobody_free_is_said(agent: User, client_of: ClientOf) -> None:
    make_technician("Zed Idle", hours=False)
    page = client_of(agent).get(f"/tickets/{make_ticket().pk}/technicians/").content.decode()
    assert "Nobody can take this ticket." in page
    assert "has no working hours" in page


def test_technicians_do_not_dispatch(alice: User, client_of: ClientOf) -> None:
    ticket = make_ticket(technician=alice.technician)
    assert client_of(alice).get(f"/tickets/{ticket.pk}/technicians/").status_code == 403
