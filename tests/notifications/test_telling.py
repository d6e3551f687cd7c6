"""Who is told what, and who is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Channel, ChannelPreference, NewsKind, User
from customers.models import Contact, Customer
from notifications.actions import tell
from notifications.models import Notification, Rule, StoppedNumber
from tests.factories.people import make_contact, make_team
from tests.factories.work import make_ticket
from tests.notifications.conftest import last_event, media, rows_of
from tickets import actions

Run = Callable[[], None]


def test_who_reports_gets_the_number(carol: User, acme: Customer, run_events: Run) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    (mail,) = rows_of("ticket.opened", channel="email")
    assert (mail.address, mail.user) == ("carol@acme.test", carol)
    assert mail.subject == f"[{ticket.reference}] {ticket.subject}"
    assert ticket.reference in mail.body_text
    assert ticket.reference in mail.body_html
    assert mail.state == "queued"


def test_the_desk_hears_of_a_new_ticket_by_the_bell_alone(
    carol: User, acme: Customer, agent: User, manager: User, sam: User, run_events: Run
) -> None:
    make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    bells = rows_of("ticket.opened", channel="bell")
    assert {row.user for row in bells} == {carol, agent, manager}
    assert media("ticket.opened", user=agent) == ["bell"]


def test_a_technician_with_a_phone_is_told_by_sms(
    acme: Customer, alice: User, agent: User, forget: Run, run_events: Run, settings: object
) -> None:
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = "x"
    settings.TWILIO_FROM = "+447700900000"
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    run_events()
    assert media("ticket.assigned") == ["bell", "sms"]
    (sms,) = rows_of("ticket.assigned", channel="sms")
    assert sms.address == "+447700900101"
    assert ticket.reference in sms.body_text
    assert len(sms.body_text) <= 320


def test_without_a_phone_it_is_an_email(
    acme: Customer, bob: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, bob.technician, actor=agent)
    run_events()
    assert media("ticket.assigned") == ["bell", "email"]


def test_without_an_sms_account_an_email_goes_in_its_place(
    acme: Customer, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    run_events()
    assert media("ticket.assigned") == ["bell", "email", "sms"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ([Channel.EMAIL, Channel.BELL], ["bell", "email"]),
        ([Channel.SMS, Channel.BELL], ["bell", "sms"]),
        ([Channel.SMS, Channel.EMAIL], ["email", "sms"]),
        ([Channel.BELL], ["bell"]),
        ([], []),
    ],
)
def test_a_choice_replaces_the_channels_of_the_rules(
    acme: Customer,
    alice: User,
    agent: User,
    forget: Run,
    run_events: Run,
    settings: object,
    choice: list[str],
    expected: list[str],
) -> None:
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = settings.TWILIO_FROM = "x"
    ChannelPreference.objects.create(user=alice, kind=NewsKind.ASSIGNMENTS, channels=choice)
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    run_events()
    assert media("ticket.assigned") == expected


def test_an_sms_goes_to_the_number_as_it_is_compared(
    acme: Customer, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    User.objects.filter(pk=alice.pk).update(phone="+441174960017")
    ticket = make_ticket(acme)
    forget()
    alice.refresh_from_db()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    run_events()
    assert {row.address for row in rows_of("ticket.assigned", channel="sms")} == {"+441174960017"}


def test_who_answered_stop_is_told_by_email(
    acme: Customer, alice: User, agent: User, forget: Run, run_events: Run, settings: object
) -> None:
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = settings.TWILIO_FROM = "x"
    User.objects.filter(pk=alice.pk).update(phone="+441174960017")
    alice.refresh_from_db()
    ChannelPreference.objects.create(
        user=alice, kind=NewsKind.ASSIGNMENTS, channels=[Channel.SMS, Channel.BELL]
    )
    StoppedNumber.objects.create(phone="+441174960017", reason="STOP")
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    run_events()
    assert media("ticket.assigned") == ["bell", "email"]


def test_nobody_is_told_what_they_did_themselves(
    acme: Customer, alice: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=alice)
    run_events()
    assert media("ticket.assigned") == []


def test_the_previous_technician_hears_that_it_is_gone(
    acme: Customer, alice: User, bob: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, technician=alice.technician, actor=agent)
    forget()
    actions.assign_ticket(ticket, bob.technician, actor=agent)
    run_events()
    assert {row.user for row in rows_of("ticket.assigned", channel="bell")} == {alice, bob}
    (mail,) = rows_of("ticket.assigned", channel="email", user=alice)
    assert "no longer yours" in mail.body_text
    assert "Bob Tech has it now" in mail.body_text


def test_a_requester_without_sign_in_is_reached_by_their_own_address(
    acme: Customer, agent: User, forget: Run, run_events: Run
) -> None:
    contact = make_contact(acme, name="Paul Phone", email="paul@acme.test", phone="+447700900333")
    ticket = make_ticket(acme, requester=contact)
    forget()
    actions.add_reply(ticket, "Please try it again.", actor=agent)
    run_events()
    (mail,) = rows_of("ticket.staff_replied")
    assert (mail.channel, mail.address, mail.user) == ("email", "paul@acme.test", None)
    assert "Please try it again." in mail.body_text
    assert mail.url == ""


def test_a_ticket_without_requester_reaches_the_customer(
    acme: Customer, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=None)
    forget()
    actions.add_reply(ticket, "Hello.", actor=agent)
    run_events()
    assert [row.address for row in rows_of("ticket.staff_replied")] == ["office@acme.test"]


def test_a_customers_reply_reaches_the_technician_else_the_team_else_the_desk(
    acme: Customer, carol: User, alice: User, bob: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    actions.add_reply(ticket, "Anybody?", actor=carol, from_customer=True)
    run_events()
    assert {row.user for row in rows_of("ticket.customer_replied")} == {agent}
    forget()
    ticket = actions.edit_ticket(ticket, {"team": make_team("Field", bob)}, actor=agent)
    actions.add_reply(ticket, "Anybody there?", actor=carol, from_customer=True)
    run_events()
    assert {row.user for row in rows_of("ticket.customer_replied")} == {bob}
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    forget()
    actions.add_reply(ticket, "Hello?", actor=carol, from_customer=True)
    run_events()
    assert {row.user for row in rows_of("ticket.customer_replied")} == {alice}


def test_an_internal_note_reaches_no_customer(
    acme: Customer, carol: User, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    """A21: the canary of a note is in no message, and only staff hear that there is one."""
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician, actor=agent)
    forget()
    actions.add_note(ticket, "CANARY-7731 the customer is difficult", actor=agent)
    actions.add_reply(ticket, "We are on it.", actor=agent)
    actions.resolve_ticket(ticket, "Replaced the roller.", actor=agent)
    run_events()
    assert {row.user for row in rows_of("ticket.note_added")} == {alice}
    everything = "".join(
        row.subject + row.body_text + row.body_html for row in Notification.objects.all()
    )
    assert "CANARY" not in everything
    assert "We are on it." in everything


def test_the_database_refuses_a_rule_that_tells_customers_internal_news() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.create(
            event="ticket.note_added",
            audience="requester",
            kind="ticket_updates",
            channels=["email"],
            template="job_news",
        )


def test_the_same_news_is_never_written_twice(acme: Customer, carol: User, run_events: Run) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    before = Notification.objects.count()
    tell(last_event("ticket.opened", ticket))
    assert Notification.objects.count() == before > 0


def test_a_reply_that_resolves_is_one_mail(
    acme: Customer, carol: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    actions.add_reply(ticket, "A new roller, done.", actor=agent, set_status="resolved")
    run_events()
    mails = Notification.objects.filter(user=carol, channel="email")
    assert [row.event.name for row in mails] == ["ticket.resolved"]
    assert "A new roller, done." in mails[0].body_text
    assert "open again" in mails[0].body_text


def test_closing_right_after_resolving_is_no_second_mail(
    acme: Customer, carol: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    ticket = actions.resolve_ticket(ticket, "Done.", actor=agent)
    actions.close_ticket(ticket, actor=agent)
    run_events()
    assert media("ticket.resolved", user=carol) == ["bell", "email"]
    assert media("ticket.closed") == []


def test_closing_by_the_customer_is_no_mail(
    acme: Customer, carol: User, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician, actor=agent)
    ticket = actions.resolve_ticket(ticket, "Done.", actor=agent)
    forget()
    actions.close_ticket(ticket, actor=carol, by_customer=True)
    run_events()
    assert media("ticket.closed", channel="email") == []


def test_a_reply_that_reopens_is_one_mail(
    acme: Customer, carol: User, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician, actor=agent)
    ticket = actions.resolve_ticket(ticket, "Done.", actor=agent)
    forget()
    actions.add_reply(ticket, "It jams again.", actor=carol, from_customer=True)
    run_events()
    mails = Notification.objects.filter(user=alice, channel="email")
    assert [row.event.name for row in mails] == ["ticket.customer_replied"]


def test_on_the_way_is_told_with_minutes(
    acme: Customer, carol: User, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician, actor=agent)
    ticket = actions.accept_job(ticket, actor=alice)
    forget()
    actions.go_on_my_way(ticket, actor=alice, travel_minutes=25)
    run_events()
    (mail,) = rows_of("ticket.on_the_way", channel="email")
    assert mail.user == carol
    assert "Alice Tech" in mail.body_text
    assert "25 minutes" in mail.body_text


def test_a_declined_job_reaches_the_desk_and_not_the_customer(
    acme: Customer, carol: User, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician, actor=agent)
    forget()
    actions.decline_job(ticket, "CANARY no van today", actor=alice)
    run_events()
    assert {row.user for row in rows_of("ticket.declined")} == {agent}
    assert "CANARY" in rows_of("ticket.declined", channel="email")[0].body_text
    assert not Notification.objects.filter(user=carol).exists()


def test_imported_tickets_are_no_news(acme: Customer, run_events: Run) -> None:
    make_ticket(acme, opened_at=timezone.now() - timedelta(days=90), external_id="old-1")
    run_events()
    assert rows_of("ticket.opened") == []


def test_a_disabled_person_is_told_nothing(
    acme: Customer, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    ticket = make_ticket(acme)
    forget()
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    run_events()
    assert rows_of("ticket.assigned") == []


def test_a_rule_that_is_switched_off_tells_nobody(
    acme: Customer, carol: User, agent: User, forget: Run, run_events: Run
) -> None:
    Rule.objects.update(is_active=False)
    make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    assert not Notification.objects.exists()


def test_a_contact_whose_person_has_no_address_breaks_nothing(
    acme: Customer, agent: User, forget: Run, run_events: Run
) -> None:
    contact = Contact.objects.create(customer=acme, name="Nobody Reachable")
    ticket = make_ticket(acme, requester=contact)
    forget()
    actions.add_reply(ticket, "Hello.", actor=agent)
    run_events()
    assert rows_of("ticket.staff_replied") == []


def test_times_are_in_the_recipients_zone(
    acme: Customer, carol: User, alice: User, agent: User, forget: Run, run_events: Run
) -> None:
    from core.events import record
    from tickets.events import VisitBooked

    User.objects.filter(pk=carol.pk).update(time_zone="America/New_York")
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    forget()
    with transaction.atomic():
        record(
            VisitBooked(
                technician_id=alice.technician.pk,
                technician_name="Alice Tech",
                starts_at="2026-07-01T13:00:00+00:00",
                ends_at="2026-07-01T14:30:00+00:00",
            ),
            subject=ticket,
            actor=agent,
        )
    run_events()
    (mail,) = rows_of("ticket.visit_booked", channel="email")
    assert "9:00" in mail.body_text
    assert "10:30" in mail.body_text
    assert "America/New_York" in mail.body_text


def test_every_template_of_a_rule_is_complete() -> None:
    from pathlib import Path

    from django.conf import settings

    for rule in Rule.objects.all():
        folder = Path(settings.BASE_DIR) / "templates" / "emails" / rule.template
        names = {path.name for path in folder.iterdir()}
        assert names == {"body.txt", "body.html", "sms.txt", "bell.txt"}, rule.template
