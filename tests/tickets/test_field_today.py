"""Today on the technician's phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from technicians import actions as calendar
from tests.factories.people import make_user
from tests.factories.work import make_category, make_ticket
from tickets import actions
from tickets.models import Ticket

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def job(alice: User, **fields: object) -> Ticket:
    return make_ticket(technician=alice.technician, **fields)  # type: ignore[arg-type]


def test_a_new_job_can_be_accepted_or_declined(alice: User, client_of: ClientOf) -> None:
    ticket = job(alice, subject="No dial tone")
    page = client_of(alice).get("/field/").content.decode()
    assert "No dial tone" in page
    assert f"/field/jobs/{ticket.pk}/accept/" in page
    assert f"/field/jobs/{ticket.pk}/#decline" in page


def test_the_next_job_has_its_button(alice: User, client_of: ClientOf) -> None:
    onsite = make_category(is_onsite=True)
    actions.accept_job(job(alice, category=onsite), actor=alice)
    page = client_of(alice).get("/field/").content.decode()
    assert "On my way" in page
    assert "min drive" in page


def test_whoever_is_at_work_sees_that_job_first(alice: User, client_of: ClientOf) -> None:
    actions.accept_job(job(alice, priority=1), actor=alice)
    at_work = actions.accept_job(job(alice, priority=4, subject="Being done"), actor=alice)
    actions.start_work(at_work, actor=alice)
    found = client_of(alice).get("/field/").context
    assert found["next"].ticket.subject == "Being done"
    assert len(found["later"]) == 1


def test_bookings_come_in_order_then_priority(alice: User, client_of: ClientOf) -> None:
    soon = timezone.now() + timedelta(hours=1)
    low, late, early = job(alice, priority=4), job(alice, priority=4), job(alice, priority=4)
    urgent = job(alice, priority=1)
    for ticket, hours in ((late, 3), (early, 1)):
        at = soon + timedelta(hours=hours)
        booking = calendar.book(alice.technician, at, at + timedelta(minutes=45), "", actor=alice)
        Ticket.objects.filter(pk=ticket.pk).update(booking=booking)
    new = client_of(alice).get("/field/").context["new"]
    assert [row.ticket.pk for row in new] == [early.pk, late.pk, urgent.pk, low.pk]
    assert new[0].length_minutes == 45


def test_what_was_done_today_is_counted(alice: User, client_of: ClientOf) -> None:
    actions.resolve_ticket(job(alice), "New roller", actor=alice)
    job(alice)
    assert "1 of 2 done" in client_of(alice).get("/field/").content.decode()


def test_jobs_of_others_are_not_shown(alice: User, bob: User, client_of: ClientOf) -> None:
    make_ticket(technician=bob.technician, subject="Not for Alice")
    page = client_of(alice).get("/field/").content.decode()
    assert "Not for Alice" not in page
    assert "No open jobs" in page


def test_without_a_profile_the_page_says_what_to_do(client_of: ClientOf) -> None:
    page = client_of(make_user(Role.TECHNICIAN)).get("/field/").content.decode()
    assert "no technician profile yet" in page


def test_only_technicians(agent: User, carol: User, client_of: ClientOf) -> None:
    for user in (agent, carol):
        assert client_of(user).get("/field/").status_code == 404


def test_queries_do_not_grow(alice: User, device: object, client_of: ClientOf) -> None:
    client = client_of(alice)
    job(alice)
    client.get("/field/")
    with CaptureQueriesContext(connection) as few:
        client.get("/field/")
    for _ in range(8):
        job(alice, category=make_category(is_onsite=True))
    with CaptureQueriesContext(connection) as many:
        client.get("/field/")
    assert len(few) == len(many)
