"""People are told before a promise runs out and when it is broken: once each, at work."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.models import EventRecord
from notifications.models import Notification
from technicians.models import TimeOff
from tests.factories.people import make_team, make_user
from tests.factories.promises import OFFICE, make_calendar, make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions.clocks import refresh_clocks
from tickets.actions.due import set_due_date
from tickets.actions.escalation import escalate, tell_of_clock
from tickets.models import SlaAlert, Ticket, TicketClock

pytestmark = pytest.mark.django_db
ONLY_FIRST = {"next_reply_minutes": None, "resolution_minutes": None}


def told(step: str) -> int:
    return EventRecord.objects.filter(name=f"ticket.sla_{step}").count()


def opened(customer, *, minutes_ago: int, **fields) -> Ticket:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return make_ticket(customer, opened_at=at, **fields)


def test_long_before_nobody_is_told(acme):
    make_policy(**ONLY_FIRST)
    opened(acme, minutes_ago=10)
    assert (escalate(), SlaAlert.objects.count()) == (0, 0)


def test_the_warning_comes_once(acme):
    make_policy(**ONLY_FIRST)
    opened(acme, minutes_ago=40)
    assert (escalate(), escalate(), told("warned"), told("breached")) == (1, 0, 1, 0)


def test_the_breach_comes_once_and_no_warning_after_it(acme):
    make_policy(**ONLY_FIRST)
    opened(acme, minutes_ago=70)
    assert (escalate(), escalate(), told("warned"), told("breached")) == (1, 0, 0, 1)


def test_no_warning_where_the_policy_wants_none(acme):
    make_policy(warn_minutes=0, **ONLY_FIRST)
    opened(acme, minutes_ago=40)
    assert escalate() == 0


def test_each_clock_is_told_by_itself(acme):
    make_policy(resolution_minutes=65, next_reply_minutes=None)
    opened(acme, minutes_ago=70)
    escalate()
    kinds = SlaAlert.objects.filter(step="breached").values_list("kind", flat=True)
    assert sorted(kinds) == ["first_reply", "resolution"]


def test_a_kept_promise_a_pause_and_a_done_ticket_are_silent(acme, agent):
    make_policy(**ONLY_FIRST)
    actions.add_reply(opened(acme, minutes_ago=70), "Hello.", actor=agent)
    actions.change_status(opened(acme, minutes_ago=50), "waiting", actor=agent)
    actions.resolve_ticket(opened(acme, minutes_ago=70), "Done.", actor=agent)
    assert escalate() == 0


def test_a_night_is_not_disturbed(acme):
    """Due on Friday at the end of work: told on Monday morning, and not on Saturday."""
    office = make_calendar("Office", OFFICE)
    make_policy(calendar=office, **ONLY_FIRST)
    friday = datetime(2026, 6, 5, 16, 0, tzinfo=UTC)
    ticket = make_ticket(acme, opened_at=friday)
    clock = ticket.clocks.get()
    assert clock.due_at == datetime(2026, 6, 5, 17, 0, tzinfo=UTC)
    assert clock.alert_at == datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
    assert clock.warn_at == datetime(2026, 6, 5, 16, 30, tzinfo=UTC)
    assert escalate(now=datetime(2026, 6, 5, 16, 45, tzinfo=UTC)) == 1
    assert escalate(now=datetime(2026, 6, 5, 17, 1, tzinfo=UTC)) == 0
    assert escalate(now=datetime(2026, 6, 6, 12, 0, tzinfo=UTC)) == 0
    assert escalate(now=datetime(2026, 6, 8, 9, 0, tzinfo=UTC)) == 1
    assert told("breached") == 1


def test_what_a_stopped_beat_left_waits_for_the_next_morning(acme):
    make_policy(calendar=make_calendar("Office", OFFICE), **ONLY_FIRST)
    ticket = make_ticket(acme, opened_at=datetime(2026, 6, 5, 16, 45, tzinfo=UTC))
    assert ticket.clocks.get().alert_at == datetime(2026, 6, 8, 9, 45, tzinfo=UTC)
    assert escalate(now=datetime(2026, 6, 8, 20, 0, tzinfo=UTC)) == 0
    assert escalate(now=datetime(2026, 6, 9, 9, 0, tzinfo=UTC)) == 1


def test_after_an_outage_old_breaches_are_kept_but_not_told(acme):
    make_policy(**ONLY_FIRST)
    opened(acme, minutes_ago=60 + 24 * 60 + 1)
    assert (escalate(), told("breached")) == (0, 0)
    assert SlaAlert.objects.get().is_told is False


def test_a_run_tells_of_no_more_than_a_batch(acme):
    make_policy(**ONLY_FIRST)
    for _number in range(5):
        opened(acme, minutes_ago=70)
    assert [escalate(batch=2) for _run in range(4)] == [2, 2, 1, 0]


def test_a_date_set_by_hand_silences_the_computed_promise(acme, agent):
    make_policy(**ONLY_FIRST)
    ticket = opened(acme, minutes_ago=40)
    set_due_date(ticket, timezone.now() + timedelta(hours=5), actor=agent)
    assert escalate() == 0
    assert escalate(now=timezone.now() + timedelta(hours=4, minutes=45)) == 1
    assert SlaAlert.objects.get().kind == "manual"


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(acme):
    make_policy(**ONLY_FIRST)
    pks = [opened(acme, minutes_ago=70).pk for _number in range(6)]
    clock_pks = list(TicketClock.objects.filter(ticket__in=pks).values_list("pk", flat=True))
    start, counts = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            now = timezone.now()
            counts.append(sum(tell_of_clock(pk, "breached", now=now) for pk in clock_pks))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 2
    escalate()  # what both left to the other
    assert (told("breached"), SlaAlert.objects.count()) == (6, 6)


def names() -> list[str]:
    rows = Notification.objects.filter(event__name="ticket.sla_breached", channel="bell")
    return sorted(rows.values_list("recipient_name", flat=True))


@pytest.fixture
def breach(acme, run_deliveries):
    """Break a promise on a ticket and let everybody be told."""

    def happen(policy: dict, **fields) -> list[str]:
        make_policy(**(ONLY_FIRST | policy))
        technician = fields.pop("technician", None)
        ticket = opened(acme, minutes_ago=70, **fields)
        if technician:
            actions.assign_ticket(ticket, technician, actor=None)
        refresh_clocks(Ticket.objects.get(pk=ticket.pk))
        escalate()
        run_deliveries()
        return names()

    return happen


@pytest.fixture
def run_deliveries():
    from core.events import sweep

    return lambda: [sweep() for _round in range(3)]


def test_the_assignee_is_told(breach, alice, agent):
    assert breach({}, technician=alice.technician) == ["Alice Tech"]


def test_the_team_and_named_people_are_told_nobody_twice(breach, alice, agent, category, manager):
    team = make_team("Printing", alice, agent)
    category.team = team
    category.save()
    policy = {"tells_team": True, "people": [manager, agent]}
    found = breach(policy, technician=alice.technician, category=category)
    assert found == ["Alice Tech", "Erin Agent", "Mia Manager"]
    mails = Notification.objects.filter(event__name="ticket.sla_breached", channel="email")
    addresses = list(mails.values_list("address", flat=True))
    assert len(addresses) == len(set(addresses)) == 3


def test_who_is_on_time_off_is_left_out(breach, alice, manager):
    now = timezone.now()
    TimeOff.objects.create(
        technician=alice.technician,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )
    assert breach({"people": [manager]}, technician=alice.technician) == ["Mia Manager"]


def test_when_nobody_is_left_the_desk_is_told(breach, agent, manager):
    gone = make_user("agent", name="Gone")
    gone.is_active = False
    gone.save()
    assert breach({"people": [gone]}) == ["Erin Agent", "Mia Manager"]


def test_no_customer_ever_hears_of_it(breach, carol, agent):
    breach({})
    rows = Notification.objects.filter(event__name__startswith="ticket.sla_")
    assert rows.exists()
    assert not rows.filter(user=carol).exists()


def test_a_new_date_set_by_hand_is_told_of_again(acme, agent):
    make_policy(**ONLY_FIRST)
    ticket = make_ticket(acme)
    for days in (1, 3):
        at = timezone.now() + timedelta(days=days)
        set_due_date(ticket, at, actor=agent)
        assert escalate(now=at + timedelta(minutes=1)) == 1
    assert told("breached") == 2
