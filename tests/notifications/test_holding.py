"""What comes in somebody's silence waits, is in the bell, and then comes together."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ChannelPreference, NewsTimes, User
from core.models import EventRecord
from customers.models import Customer
from notifications.actions import forget_news, release_held
from notifications.models import Notification
from tests.factories.work import make_ticket
from tests.notifications.conftest import media, rows_of
from tickets import actions
from tickets.models import Priority, Ticket

Run = Callable[[], None]


def silence(user: User, **fields: Any) -> NewsTimes:
    """Quiet hours around the present moment, in UTC."""
    User.objects.filter(pk=user.pk).update(time_zone="UTC")
    now = timezone.now()
    minute = now.hour * 60 + now.minute
    quiet = {"quiet_from_minutes": (minute - 60) % 1440, "quiet_to_minutes": (minute + 60) % 1440}
    return NewsTimes.objects.create(user=user, **(quiet | fields))


def later(**wait: int) -> Any:
    return timezone.now() + timedelta(**(wait or {"hours": 2}))


@pytest.fixture
def ticket(acme: Customer, bob: User, agent: User, forget: Run) -> Ticket:
    ticket = make_ticket(acme, technician=bob.technician, actor=agent)
    forget()
    return ticket


def write(ticket: Ticket, *texts: str, run: Run) -> None:
    for text in texts:
        actions.add_reply(ticket, text, actor=None, from_customer=True)
    run()


def test_in_quiet_hours_the_mail_waits_and_the_bell_does_not(
    ticket: Ticket, bob: User, run_events: Run
) -> None:
    silence(bob)
    write(ticket, "Hello?", run=run_events)
    states = {row.channel: row.state for row in rows_of("ticket.customer_replied", user=bob)}
    assert states == {"bell": "sent", "email": "held"}
    (mail,) = rows_of("ticket.customer_replied", channel="email")
    assert timedelta(minutes=58) < mail.next_attempt_at - timezone.now() <= timedelta(minutes=60)
    assert release_held() == 0


def test_without_the_bell_what_is_silenced_is_in_the_bell_all_the_same(
    ticket: Ticket, bob: User, run_events: Run
) -> None:
    silence(bob)
    ChannelPreference.objects.create(user=bob, kind="replies", channels=["email"])
    write(ticket, "Hello?", run=run_events)
    assert media("ticket.customer_replied", user=bob) == ["bell", "email"]


@pytest.mark.parametrize(("lets", "state"), [(True, "queued"), (False, "held")])
def test_urgent_news_comes_through_where_it_may(
    ticket: Ticket, bob: User, agent: User, forget: Run, run_events: Run, lets: bool, state: str
) -> None:
    silence(bob, urgent_comes_through=lets)
    ticket = actions.edit_ticket(ticket, {"priority": Priority.URGENT}, actor=agent)
    forget()
    write(ticket, "Fire!", run=run_events)
    (mail,) = rows_of("ticket.customer_replied", channel="email")
    assert mail.state == state


def test_one_that_waited_goes_out_as_it_is(ticket: Ticket, bob: User, run_events: Run) -> None:
    silence(bob)
    write(ticket, "Hello?", run=run_events)
    assert release_held(now=later()) == 1
    (mail,) = rows_of("ticket.customer_replied", channel="email")
    assert (mail.state, mail.digest) == ("queued", None)
    assert release_held(now=later()) == 0


def test_several_that_waited_are_one_mail_with_a_link_each(
    ticket: Ticket, bob: User, run_events: Run
) -> None:
    silence(bob)
    write(ticket, "One?", "Two?", "Three?", run=run_events)
    assert release_held(now=later()) == 3
    held = rows_of("ticket.customer_replied", channel="email")
    (digest,) = {row.digest for row in held}
    assert {row.state for row in held} == {"gathered"}
    assert (digest.state, digest.address, digest.channel) == ("queued", bob.email, "email")
    assert digest.subject.startswith("3 messages for you")
    assert digest.body_text.count(ticket.reference) == 3
    assert digest.body_html.count(f'href="http://testserver{held[0].url}"') == 3
    assert not digest.is_secret
    (said,) = EventRecord.objects.filter(name="notification.gathered")
    assert (said.subject_id, said.payload) == (bob.pk, {"count": 3, "channel": "email"})


def test_who_left_meanwhile_is_told_nothing(ticket: Ticket, bob: User, run_events: Run) -> None:
    silence(bob)
    write(ticket, "Hello?", run=run_events)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    release_held(now=later())
    (mail,) = rows_of("ticket.customer_replied", channel="email")
    assert mail.state == "unsent"


def test_a_daily_mail_gathers_what_the_day_brought(
    ticket: Ticket, bob: User, run_events: Run
) -> None:
    NewsTimes.objects.create(user=bob, digest="daily")
    write(ticket, "One?", "Two?", run=run_events)
    assert release_held(now=later(minutes=0)) in (0, 2)  # 2 only at eight sharp
    assert release_held(now=later(hours=25)) in (0, 2)
    assert Notification.objects.filter(gathered__isnull=False).distinct().count() == 1


def test_a_customers_mail_is_a_letter_and_does_not_wait(
    acme: Customer, carol: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=agent)
    forget()
    silence(carol)
    actions.add_reply(ticket, "Please try again.", actor=agent)
    run_events()
    assert {row.state for row in rows_of("ticket.staff_replied")} == {"queued", "sent"}


def test_off_shift_it_waits_for_the_shift(
    ticket: Ticket, bob: User, run_events: Run, django_assert_max_num_queries: Any
) -> None:
    NewsTimes.objects.create(user=bob, is_quiet_off_shift=True)
    bob.technician.working_hours.all().delete()
    now = timezone.now()
    tomorrow = (now + timedelta(days=1)).weekday()
    bob.technician.working_hours.create(weekday=tomorrow, starts_minutes=600, ends_minutes=660)
    write(ticket, "Hello?", run=run_events)
    (mail,) = rows_of("ticket.customer_replied", channel="email")
    assert mail.state == "held"
    assert mail.next_attempt_at.weekday() == tomorrow


def test_a_deleted_customers_words_are_in_no_mail_that_waits(
    ticket: Ticket, bob: User, run_events: Run
) -> None:
    silence(bob)
    write(ticket, "One?", "Two?", run=run_events)
    release_held(now=later())
    write(ticket, "Three?", run=run_events)
    forget_news([ticket.pk])
    mails = Notification.objects.filter(channel="email")
    assert {(row.state, row.body_text) for row in mails} == {("gathered", ""), ("unsent", "")}


def test_the_database_keeps_bells_from_waiting_and_digests_whole(
    ticket: Ticket, bob: User, run_events: Run
) -> None:
    silence(bob)
    write(ticket, "One?", run=run_events)
    bell, mail = rows_of("ticket.customer_replied", user=bob)
    rows = Notification.objects
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(pk=bell.pk).update(state="held", sent_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(pk=mail.pk).update(digest=bell)
