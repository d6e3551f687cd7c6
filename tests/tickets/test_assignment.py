"""Who works on a ticket: automatic choice, by hand, nobody."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from core.models import EventRecord
from technicians.actions import book
from technicians.models import Technician
from tests.factories.people import make_technician
from tests.factories.work import make_category, make_ticket
from tickets import actions
from tickets.errors import NotAnOwner, NoVisitsByTechnician
from tickets.models import DeskSettings, DispatchDecision, Status, Ticket
from tickets.ticket_page import decision_on

pytestmark = pytest.mark.django_db


def test_the_best_technician_is_chosen_and_the_reasons_kept(acme):
    make_technician("Far Away", skills={"Printers": 5}, home_latitude=51.9, home_longitude=-2.58)
    near = make_technician("Near By", skills={"Printers": 5})
    visit = make_category("Repair on site", skills={"Printers": 2}, is_onsite=True)
    ticket = make_ticket(acme, category=visit)
    decision = actions.auto_assign(ticket)
    ticket.refresh_from_db()
    assert ticket.technician == near
    assert decision.summary.startswith("score ")
    assert {row["name"] for row in decision.ranking} == {"Far Away", "Near By"}


def test_nobody_fits_so_the_ticket_stays_and_the_desk_is_told_why(acme, category):
    make_technician("Unskilled")
    ticket = make_ticket(acme, category=category)
    actions.auto_assign(ticket)
    ticket.refresh_from_db()
    told = EventRecord.objects.get(name="ticket.no_technician_found")
    assert ticket.technician is None
    assert "Printers" in told.payload["reason"]


def test_no_technicians_at_all(acme):
    ticket = make_ticket(acme)
    actions.auto_assign(ticket)
    told = EventRecord.objects.get(name="ticket.no_technician_found")
    assert told.payload["reason"] == "no technician is registered"


def test_a_technician_without_working_hours_is_never_chosen(acme):
    make_technician("No Hours", hours=False)
    ticket = make_ticket(acme)
    decision = actions.auto_assign(ticket)
    ticket.refresh_from_db()
    assert ticket.technician is None
    assert "hours" in decision.ranking[0]["excluded"]


@pytest.mark.django_db(transaction=True)
def test_a_new_ticket_is_assigned_by_itself(acme, category):
    someone = make_technician(skills={"Printers": 3})
    ticket = make_ticket(acme, category=category)
    ticket.refresh_from_db()
    assert ticket.technician == someone


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("switch", ["desk", "category"])
def test_a_manager_can_turn_it_off(switch, acme):
    make_technician()
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=switch != "desk")
    ticket = make_ticket(acme, category=make_category(auto_assign=switch != "category"))
    ticket.refresh_from_db()
    assert ticket.technician is None


def test_a_person_overrules_the_ranking(acme, agent):
    make_technician()
    wanted = make_technician("Wanted")
    ticket = actions.choose_technician(make_ticket(acme), wanted, actor=agent)
    assert ticket.technician == wanted
    assert DispatchDecision.objects.get().is_automatic is False


def test_an_agent_takes_a_ticket_and_nobody_is_ranked(acme, agent, alice):
    ticket = actions.choose_technician(make_ticket(acme), alice.technician, actor=agent)
    ticket = actions.take_ticket(ticket, actor=agent)
    assert ticket.technician.user == agent
    said = [row.sentence for row in EventRecord.objects.filter(name="ticket.assigned")]
    assert [said[0].split(" (")[0], *said[1:]] == [
        "assigned the ticket to Alice Tech", "took the ticket",
    ]  # fmt: skip
    assert DispatchDecision.objects.count() == 1
    assert decision_on(ticket) is None  # it says why somebody else had it
    assert actions.take_ticket(ticket, actor=agent).technician == ticket.technician


def test_who_is_neither_desk_nor_technician_takes_nothing(acme, sam):
    with pytest.raises(NotAnOwner):
        actions.take_ticket(make_ticket(acme), actor=sam)


def test_a_colleague_of_the_desk_is_sent_nowhere(acme, agent):
    ticket = actions.take_ticket(make_ticket(acme), actor=agent)
    Technician.objects.update(works_in_field=True)
    with pytest.raises(NoVisitsByTechnician):
        actions.book_visit(
            ticket, ticket.technician, timezone.now() + timedelta(days=1), 30, actor=agent
        )


def test_a_new_technician_starts_the_job_from_the_beginning(acme, alice, bob, agent):
    ticket = make_ticket(acme, technician=alice.technician)
    actions.accept_job(ticket, actor=alice)
    ticket = actions.assign_ticket(ticket, bob.technician, actor=agent)
    assert ticket.accepted_at is None


def test_assigning_to_the_same_person_changes_nothing(acme, alice, agent):
    ticket = make_ticket(acme, technician=alice.technician)
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    assert EventRecord.objects.filter(name="ticket.assigned").count() == 1


def test_a_done_ticket_is_not_assigned(acme):
    make_technician()
    assert actions.auto_assign(make_ticket(acme, status=Status.RESOLVED)) is None


def test_an_agent_assigns_from_the_page(acme, alice, agent, client_of):
    ticket = make_ticket(acme)
    data = {"technician": alice.technician.pk}
    assert client_of(agent).post(f"/tickets/{ticket.pk}/assign/", data).status_code == 302
    ticket.refresh_from_db()
    assert ticket.technician == alice.technician
    client_of(agent).post(f"/tickets/{ticket.pk}/assign/", {"technician": ""})
    ticket.refresh_from_db()
    assert ticket.technician is None


def test_a_technician_may_not_assign(acme, alice, bob, client_of):
    ticket = make_ticket(acme, technician=alice.technician)
    data = {"technician": bob.technician.pk}
    assert client_of(alice).post(f"/tickets/{ticket.pk}/assign/", data).status_code == 403


def test_a_made_up_technician_is_refused(acme, agent, client_of):
    ticket = make_ticket(acme)
    data = {"technician": "999999"}
    assert client_of(agent).post(f"/tickets/{ticket.pk}/assign/", data).status_code == 400


def test_waiting_tickets_do_not_fill_the_day(acme, agent):
    someone = make_technician(daily_capacity=1)
    make_ticket(acme, technician=someone, status=Status.WAITING, actor=agent)
    ticket = make_ticket(acme)
    actions.auto_assign(ticket)
    ticket.refresh_from_db()
    assert ticket.technician == someone


@pytest.mark.django_db(transaction=True)
def test_two_choices_at_once_do_not_overfill_a_day(acme):
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=False)
    make_technician(daily_capacity=1)
    tickets = [make_ticket(acme), make_ticket(acme)]
    together = Barrier(2)

    def choose(ticket: Ticket) -> None:
        try:
            together.wait(10)
            actions.auto_assign(ticket)
        finally:
            connection.close()

    threads = [Thread(target=choose, args=[ticket]) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Ticket.objects.exclude(technician=None).count() == 1


def test_the_time_of_the_former_technician_is_given_back(acme, alice, bob, agent):
    ticket = make_ticket(acme, technician=alice.technician)
    soon = timezone.now() + timedelta(hours=2)
    booking = book(alice.technician, soon, soon + timedelta(hours=1), "", actor=agent)
    Ticket.objects.filter(pk=ticket.pk).update(booking=booking)
    ticket = actions.assign_ticket(ticket, bob.technician, actor=agent)
    booking.refresh_from_db()
    assert ticket.booking is None
    assert booking.cancelled_at
