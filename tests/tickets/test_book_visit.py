"""Booking a visit and moving it: the rules, the race, and the card on the ticket page."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import RuleError
from core.models import EventRecord
from technicians.actions import add_time_off
from technicians.errors import SlotTaken
from technicians.models import Booking
from tests.factories.people import make_technician
from tests.factories.work import make_ticket
from tickets import actions, errors
from tickets.models import DeskSettings, Status, Ticket

pytestmark = pytest.mark.django_db


def tomorrow(hour=10):
    day = timezone.now() + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def in_winter(hour):
    """On the next 15 January: London and UTC agree, New York is five hours behind."""
    now = timezone.now()
    day = datetime(now.year, 1, 15, hour, tzinfo=UTC)
    return day if day > now else day.replace(year=now.year + 1)


@pytest.fixture
def ticket(acme, alice):
    return make_ticket(acme, technician=alice.technician)


def post(client, ticket, **fields):
    data = {
        "technician": ticket.technician_id,
        "starts_at": f"{tomorrow():%Y-%m-%dT%H:%M}",
        "minutes": 45,
        "seen": ticket.booking_id or "",
    }
    return client.post(f"/tickets/{ticket.pk}/visit/", data | fields)


def test_the_time_is_taken_and_the_ticket_shows_the_visit(ticket, alice, agent):
    ticket = actions.book_visit(ticket, alice.technician, tomorrow(), 45, actor=agent)
    assert ticket.shown_status == "visit"
    assert ticket.booking.starts_at == tomorrow()
    assert ticket.booking.ends_at == tomorrow() + timedelta(minutes=45)
    booked = EventRecord.objects.get(name="ticket.visit_booked")
    assert (booked.actor, booked.payload["technician_id"]) == (agent, alice.technician.pk)


def test_moving_frees_the_old_time_even_where_both_overlap(ticket, alice, agent):
    first = actions.book_visit(ticket, alice.technician, tomorrow(10), 60, actor=agent)
    moved = actions.book_visit(
        first, alice.technician, tomorrow(10) + timedelta(minutes=30), 60, actor=agent
    )
    assert moved.booking != first.booking
    assert Booking.objects.get(cancelled_at=None) == moved.booking


def test_a_taken_time_is_refused_and_the_old_visit_stays(ticket, acme, alice, agent):
    other = make_ticket(acme, technician=alice.technician)
    actions.book_visit(other, alice.technician, tomorrow(12), 60, actor=agent)
    ticket = actions.book_visit(ticket, alice.technician, tomorrow(10), 60, actor=agent)
    with pytest.raises(SlotTaken):
        actions.book_visit(ticket, alice.technician, tomorrow(12), 60, actor=agent)
    ticket.refresh_from_db()
    assert ticket.booking.starts_at == tomorrow(10)
    assert ticket.booking.cancelled_at is None


def test_somebody_else_gets_the_ticket_with_the_visit(ticket, alice, bob, agent):
    first = actions.book_visit(ticket, alice.technician, tomorrow(), 45, actor=agent)
    moved = actions.book_visit(first, bob.technician, tomorrow(), 45, actor=agent)
    assert moved.technician == bob.technician
    assert Booking.objects.get(cancelled_at=None).technician == bob.technician
    assert EventRecord.objects.filter(name="ticket.assigned").last().payload["to_id"] == (
        bob.technician.pk
    )


@pytest.mark.parametrize(
    ("starts_at", "error"),
    [
        (timezone.now() - timedelta(minutes=1), errors.VisitInThePast),
        (timezone.now() + timedelta(days=400), errors.VisitTooFarAhead),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), errors.VisitTooFarAhead),
    ],
)
def test_a_moment_nobody_can_keep_is_refused(starts_at, error, ticket, alice, agent):
    with pytest.raises(error):
        actions.book_visit(ticket, alice.technician, starts_at, 45, actor=agent)


def test_time_off_is_respected(ticket, alice, agent):
    off = tomorrow(10) + timedelta(minutes=30)
    add_time_off(alice.technician, off, off + timedelta(hours=4), "Dentist", actor=alice)
    with pytest.raises(errors.VisitDuringTimeOff):
        actions.book_visit(ticket, alice.technician, tomorrow(10), 45, actor=agent)
    actions.book_visit(ticket, alice.technician, tomorrow(10), 30, actor=agent)


def test_a_technician_of_the_desk_makes_no_visits(ticket, agent):
    inside = make_technician(works_in_field=False)
    with pytest.raises(errors.NoVisitsByTechnician):
        actions.book_visit(ticket, inside, tomorrow(), 45, actor=agent)


def test_a_done_ticket_needs_no_visit(acme, alice, agent):
    ticket = make_ticket(acme, status=Status.RESOLVED)
    with pytest.raises(errors.VisitOfDoneTicket):
        actions.book_visit(ticket, alice.technician, tomorrow(), 45, actor=agent)


def test_a_new_visit_begins_on_the_road_again_and_keeps_what_took_place(ticket, alice, agent):
    ticket = actions.book_visit(ticket, alice.technician, tomorrow(), 45, actor=agent)
    first, start = ticket.booking, timezone.now() - timedelta(minutes=5)
    Booking.objects.filter(pk=first.pk).update(starts_at=start)
    actions.accept_job(ticket, actor=alice)
    actions.go_on_my_way(ticket, actor=alice)
    ticket = actions.start_work(ticket, actor=alice)
    ticket = actions.book_visit(
        ticket, alice.technician, tomorrow() + timedelta(days=2), 45, actor=agent
    )
    first.refresh_from_db()
    assert (ticket.on_my_way_at, ticket.started_at, first.cancelled_at) == (None, None, None)
    assert ticket.accepted_at


def race(*jobs):
    """Run the jobs at the same moment; the classes of what they raised (None: it went well)."""
    together, outcomes = Barrier(len(jobs)), []

    def run(job):
        try:
            together.wait(10)
            job()
            outcomes.append(None)
        except RuleError as error:
            outcomes.append(type(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("is_one_ticket", "error"), [(True, errors.VisitChanged), (False, SlotTaken)]
)
def test_of_two_dispatchers_at_once_one_wins(is_one_ticket, error, acme, alice, agent):
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=False)
    one = make_ticket(acme, technician=alice.technician)
    two = Ticket.objects.get(pk=one.pk) if is_one_ticket else make_ticket(acme)

    def book(ticket):
        actions.book_visit(ticket, alice.technician, tomorrow(), 45, actor=agent)

    outcomes = race(lambda: book(one), lambda: book(two))
    assert set(outcomes) == {None, error}
    assert Booking.objects.filter(cancelled_at=None).count() == 1


def test_the_form_is_filled_with_the_technician_and_names_the_zone(ticket, agent, client_of):
    page = client_of(agent).get(f"/tickets/{ticket.pk}/?form=visit").content.decode()
    chosen = f'<option value="{ticket.technician_id}" selected>Alice Tech (Europe/London)</option>'
    assert chosen in page
    assert "No visit is booked." in page


def test_the_time_is_told_by_the_technicians_clock(ticket, alice, agent, client_of):
    type(alice.technician).objects.update(time_zone="America/New_York")
    begins = in_winter(14)
    there = f"{begins:%Y-%m-%d}T09:00"
    assert post(client_of(agent), ticket, starts_at=there).status_code == 302
    ticket.refresh_from_db()
    assert ticket.booking.starts_at == begins
    page = client_of(agent).get(f"/tickets/{ticket.pk}/?form=visit").content.decode()
    assert f"{begins:%a} 15 Jan {begins.year}, 14:00" in page
    assert f"{begins:%a} 15 Jan, 09:00 in America/New_York" in page
    assert f'value="{there}"' in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": "2020-01-01T09:00"}, "This moment has passed."),
        ({"starts_at": "soon"}, "Give day and time."),
        ({"starts_at": "2027-01-01T09:00+05:00"}, "Give day and time."),
        ({"starts_at": "2027-03-28T01:30"}, "couldn’t be interpreted"),
        ({"starts_at": "9999-12-31T23:59"}, "within the next twelve months"),
        ({"minutes": "0"}, "greater than or equal to 5"),
        ({"technician": "999999"}, "Select a valid choice"),
    ],
)
def test_a_refusal_stands_beside_its_field(fields, words, ticket, agent, client_of):
    answer = post(client_of(agent), ticket, **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'id="visit_{next(iter(fields))}_error"' in page
    assert not Booking.objects.exists()


def test_a_page_that_shows_an_older_visit_moves_nothing(ticket, alice, agent, client_of):
    booked = actions.book_visit(ticket, alice.technician, tomorrow(10), 45, actor=agent)
    answer = post(client_of(agent), ticket, starts_at=f"{tomorrow(15):%Y-%m-%dT%H:%M}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else has just changed this visit." in page
    assert f'name="seen" value="{booked.booking_id}"' in page
    assert Booking.objects.get().starts_at == tomorrow(10)


def test_phone_and_portal_show_the_visit(ticket, alice, carol, agent, client_of):
    begins = in_winter(14)
    actions.book_visit(ticket, alice.technician, begins, 45, actor=agent)
    type(carol).objects.filter(pk=carol.pk).update(time_zone="America/New_York")
    carol.refresh_from_db()
    phone = client_of(alice).get(f"/field/jobs/{ticket.pk}/").content.decode()
    portal = client_of(carol).get(f"/portal/tickets/{ticket.pk}/").content.decode()
    assert f"{begins:%a} 15 Jan 14:00 to 14:45" in phone
    assert "09:00 to 09:45" in portal


@pytest.mark.django_db(transaction=True)
def test_the_customer_is_written_to(ticket, alice, agent):
    actions.book_visit(ticket, alice.technician, tomorrow(), 45, actor=agent)
    told = EventRecord.objects.get(name="ticket.visit_booked").notifications
    assert told.filter(rule__template="visit_booked").exists()
