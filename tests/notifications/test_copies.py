"""Cc: one mail to the requester with the others in Cc. Followers and authors hear by the bell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Channel, ChannelPreference, NewsKind, Team
from notifications.actions import forget_news
from notifications.models import Notification
from notifications.transport import build_email
from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tests.notifications.conftest import rows_of
from tickets import actions
from tickets.actions import NewReply
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme, carol, forget):
    made = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    return made


def say(ticket, *, actor, **fields):
    """A reply that has gone out."""
    message = actions.send_reply(ticket, NewReply("Which tray?", **fields), actor=actor)
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    return message


def test_nobody_is_told_before_the_release(ticket, agent, run_events):
    actions.send_reply(ticket, NewReply("Which tray?", copies=["ann@x.test"]), actor=agent)
    run_events()
    assert not Notification.objects.exists()


def test_one_mail_has_the_requester_in_to_and_the_others_in_cc(ticket, agent, carol, run_events):
    say(ticket, actor=agent, copies=["ann@x.test", "bea@x.test"])
    run_events()
    (row,) = rows_of("ticket.staff_replied", channel="email")
    mail = build_email(row)
    assert (mail.to, mail.cc) == ([carol.email], ["ann@x.test", "bea@x.test"])
    assert mail.recipients() == [carol.email, "ann@x.test", "bea@x.test"]


def test_a_requester_who_wants_no_mail_does_not_cost_the_others_theirs(
    ticket, agent, carol, run_events
):
    ChannelPreference.objects.create(
        user=carol, kind=NewsKind.TICKET_UPDATES, channels=[Channel.BELL]
    )
    say(ticket, actor=agent, copies=["ann@x.test", "bea@x.test"])
    run_events()
    (row,) = rows_of("ticket.staff_replied", channel="email")
    assert (row.address, row.cc) == ("ann@x.test", ["bea@x.test"])
    assert row.url == ""


def test_the_recipients_are_those_of_the_click(acme, ticket, agent, run_events):
    paul = make_contact(acme, name="Paul", email="paul@acme.test")
    actions.edit_ticket(ticket, {"requester": paul}, actor=agent)
    actions.send_reply(ticket, NewReply("Hi", copies=["ann@x.test"]), actor=agent)
    other = make_contact(acme, name="Olga", email="olga@acme.test")
    actions.edit_ticket(ticket, {"requester": other}, actor=agent)
    actions.set_copies(ticket, ["late@x.test"], actor=agent)
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    run_events()
    (row,) = rows_of("ticket.staff_replied", channel="email")
    assert (row.address, row.cc) == ("paul@acme.test", ["ann@x.test"])


def test_a_reply_that_resolves_is_copied_too(ticket, agent, run_events):
    say(ticket, actor=agent, copies=["ann@x.test"], set_status="resolved")
    run_events()
    mails = Notification.objects.filter(channel="email")
    assert [(row.event.name, row.cc) for row in mails] == [("ticket.resolved", ["ann@x.test"])]


def test_people_in_cc_read_no_note(ticket, agent, run_events):
    actions.set_copies(ticket, ["ann@x.test"], actor=agent)
    actions.add_note(ticket, "CANARY", actor=agent)
    run_events()
    assert not Notification.objects.filter(address="ann@x.test").exists()
    assert not Notification.objects.filter(cc__contains=["ann@x.test"]).exists()


def test_followers_hear_by_the_bell_but_not_of_their_own_words(
    ticket, agent, manager, carol, run_events
):
    for user in (agent, manager):
        actions.add_follower(ticket, user, actor=user)
    say(ticket, actor=agent)
    run_events()
    rows = rows_of("ticket.staff_replied", channel="bell")
    assert {row.user for row in rows} == {manager, carol}


def test_a_follower_who_lost_sight_of_the_ticket_is_not_told(
    ticket, agent, alice, carol, run_events, forget
):
    ticket = actions.assign_ticket(ticket, alice.technician, actor=agent)
    actions.add_follower(ticket, alice, actor=agent)
    actions.unassign_ticket(ticket, actor=agent)
    forget()
    say(ticket, actor=agent)
    run_events()
    assert not rows_of("ticket.staff_replied", user=alice)


def test_the_author_of_a_held_reply_is_told(ticket, agent, carol, forget, run_events):
    actions.send_reply(ticket, NewReply("Which tray?"), actor=agent)
    actions.add_reply(ticket, "Solved!", actor=carol, from_customer=True)
    forget()
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    run_events()
    rows = rows_of("ticket.reply_held")
    assert {row.user for row in rows} == {agent}
    assert "the customer wrote meanwhile" in rows[0].subject
    assert not Notification.objects.filter(user=carol).exists()


@pytest.mark.parametrize("is_assigned", [True, False])
def test_somebody_hears_of_the_held_reply_of_one_who_left(
    ticket, agent, alice, bob, carol, forget, run_events, is_assigned
):
    ticket = Ticket.objects.get(pk=ticket.pk)
    team = Team.objects.create(name="Service")
    team.members.add(bob)
    ticket.team, ticket.technician = team, alice.technician if is_assigned else None
    ticket.save(update_fields=["team", "technician"])
    actions.send_reply(ticket, NewReply("Which tray?"), actor=agent)
    actions.add_reply(ticket, "Solved!", actor=carol, from_customer=True)
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    forget()
    actions.release_due(now=timezone.now() + timedelta(minutes=1))
    run_events()
    told = {row.user for row in rows_of("ticket.reply_held")}
    assert told == {alice if is_assigned else bob}


def test_a_deleted_customer_takes_the_copies_along(ticket, agent, run_events):
    say(ticket, actor=agent, copies=["ann@x.test"])
    run_events()
    forget_news([ticket.pk])
    assert not Notification.objects.exclude(cc=[]).exists()
