"""Resolved tickets close by themselves: counted from the last word, and the customer is warned."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.models import EventRecord
from notifications.models import Notification
from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tickets import actions
from tickets.closing import Closing
from tickets.models import DeskSettings, Status, Ticket

pytestmark = pytest.mark.django_db
SETTINGS = {"auto_close_days": 7, "close_warning_days": 2}


@pytest.fixture(autouse=True)
def settings_row() -> None:
    DeskSettings.load()
    DeskSettings.objects.update(**SETTINGS)


def resolved(days: float, **words: float) -> Ticket:
    """Resolved so many days ago. words: a moment's field -> days ago."""
    ticket = make_ticket(status=Status.RESOLVED)
    now = timezone.now()
    fields = {"resolved_at": days, "last_customer_at": days + 1, "last_staff_at": days} | words
    Ticket.objects.filter(pk=ticket.pk).update(
        **{name: None if ago is None else now - timedelta(days=ago) for name, ago in fields.items()}
    )
    ticket.refresh_from_db()
    return ticket


def status_of(ticket: Ticket) -> str:
    ticket.refresh_from_db()
    return ticket.status


def warnings(ticket: Ticket) -> int:
    return EventRecord.objects.filter(name="ticket.close_warned", subject_id=ticket.pk).count()


def test_it_warns_first_and_closes_when_the_warning_is_old_enough() -> None:
    ticket, now = resolved(5.01), timezone.now()
    assert (actions.warn_of_closing(), actions.close_resolved()) == (1, 0)
    assert warnings(ticket) == 1
    assert actions.close_resolved(now=now + timedelta(days=1.9)) == 0
    assert actions.close_resolved(now=now + timedelta(days=2.1)) == 1
    assert status_of(ticket) == "closed"


def test_nobody_is_warned_before_the_time() -> None:
    resolved(4.9)
    assert actions.warn_of_closing() == 0


def test_a_run_that_comes_late_warns_and_waits_all_the_same() -> None:
    ticket, now = resolved(20), timezone.now()
    assert actions.close_resolved() == 0
    assert actions.warn_of_closing() == 1
    ticket.refresh_from_db()
    assert Closing.load().closes_at(ticket) == ticket.close_warned_at + timedelta(days=2)
    assert actions.close_resolved(now=now + timedelta(days=1)) == 0
    assert actions.close_resolved(now=now + timedelta(days=2.1)) == 1


def test_a_second_run_warns_nobody_again() -> None:
    ticket = resolved(6)
    assert [actions.warn_of_closing() for _run in range(3)] == [1, 0, 0]
    assert warnings(ticket) == 1


@pytest.mark.parametrize("who", ["last_customer_at", "last_staff_at", "resolved_at"])
def test_the_days_count_from_the_last_word_of_either_side(who: str) -> None:
    ticket = resolved(400, close_warned_at=300, **{who: 1})
    assert (actions.warn_of_closing(), actions.close_resolved()) == (0, 0)
    assert status_of(ticket) == "resolved"


@pytest.mark.parametrize("who", ["last_customer_at", "last_staff_at"])
def test_a_word_after_the_warning_starts_a_new_silence(who: str) -> None:
    ticket = resolved(20, close_warned_at=10, **{who: 8})
    assert actions.close_resolved() == 0
    assert actions.warn_of_closing() == 1
    assert status_of(ticket) == "resolved"


def test_thanks_are_a_word_too(acme, carol) -> None:
    ticket = make_ticket(acme, requester=carol.contact, status=Status.RESOLVED)
    long_ago = timezone.now() - timedelta(days=9)
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=long_ago, last_staff_at=long_ago)
    message = actions.add_reply(ticket, "Thanks!", actor=carol, from_customer=True)
    assert message.is_thanks
    assert (actions.warn_of_closing(), actions.close_resolved()) == (0, 0)


def test_reopening_takes_the_warning_away(agent) -> None:
    ticket = resolved(6)
    actions.warn_of_closing()
    ticket = actions.reopen_ticket(ticket, actor=agent)
    assert ticket.close_warned_at is None
    with pytest.raises(IntegrityError, match="ticket_warned_is_done"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(close_warned_at=timezone.now())


def test_the_customer_is_told_the_day_in_their_zone(acme, carol) -> None:
    carol.time_zone = "Pacific/Auckland"
    carol.save()
    ticket = make_ticket(acme, requester=carol.contact, status=Status.RESOLVED, subject="Jam")
    now = timezone.now().replace(hour=20, minute=0)  # there it is the next day already
    long_ago = now - timedelta(days=6)
    Ticket.objects.filter(pk=ticket.pk).update(
        resolved_at=long_ago, last_customer_at=None, last_staff_at=None
    )
    actions.warn_of_closing(now=now)
    mail = mail_about(ticket, carol)
    day = (now + timedelta(days=3)).strftime("%-d %B %Y")
    assert day in mail.body_text
    assert day in mail.body_html
    assert "the ticket is open again" in mail.body_text


def mail_about(ticket: Ticket, person: Any) -> Notification:
    from notifications.subscribers import tell_people

    happened = EventRecord.objects.get(name="ticket.close_warned", subject_id=ticket.pk)
    tell_people(happened)
    return Notification.objects.get(event=happened, user=person, channel="email")


def test_without_a_warning_it_just_closes() -> None:
    DeskSettings.objects.update(close_warning_days=0)
    ticket = resolved(7.01)
    assert (actions.warn_of_closing(), actions.close_resolved()) == (0, 1)
    assert status_of(ticket) == "closed"


def test_nobody_is_written_to_about_what_was_forgotten() -> None:
    ticket = resolved(37.1)
    assert (actions.warn_of_closing(), actions.close_resolved()) == (0, 1)
    assert (status_of(ticket), warnings(ticket)) == ("closed", 0)


def test_closing_by_hand_needs_no_warning(agent) -> None:
    assert actions.close_ticket(resolved(0), actor=agent).status == "closed"


def test_a_batch_leaves_the_rest_to_the_next_run() -> None:
    for _ticket in range(3):
        resolved(6)
    assert [actions.warn_of_closing(batch=2), actions.warn_of_closing(batch=2)] == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_warn_once() -> None:
    ticket, start, told = resolved(6), threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait(10)
            told.append(actions.warn_of_closing())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == [0, 1]
    assert warnings(ticket) == 1


def test_the_page_says_when_it_closes(agent, client_of) -> None:
    ticket = resolved(1)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/")
    assert "unless somebody writes" in page.content.decode()
    assert page.context["closes_on"] == ticket.resolved_at + timedelta(days=7)


def test_a_requester_that_left_does_not_stop_the_others(acme) -> None:
    gone = make_contact(acme)
    ticket = make_ticket(acme, requester=gone, status=Status.RESOLVED)
    Ticket.objects.filter(pk=ticket.pk).update(
        resolved_at=timezone.now() - timedelta(days=6), last_staff_at=None, last_customer_at=None
    )
    gone.delete()
    other = resolved(6)
    assert actions.warn_of_closing() == 2
    assert warnings(other) == 1
