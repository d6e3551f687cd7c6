"""Who is told of what: the page of the rules, and its one action."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.models import EventRecord
from customers.models import Customer
from notifications import matrix
from notifications.actions import set_rule
from notifications.actions.rules import NotOffered, WrongChannel
from notifications.models import INTERNAL_EVENTS, Audience, Notification, Rule
from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tests.notifications.conftest import media, rows_of
from tickets import actions

pytestmark = pytest.mark.django_db
Run = Callable[[], None]
PAGE, DOOR = "/news/rules/", "/news/rules/set/"


def test_the_desk_starts_with_the_defaults() -> None:
    rows = {
        (rule.event, rule.audience): matrix.Default(
            rule.kind, tuple(sorted(rule.channels)), rule.template, tells_actor=rule.tells_actor
        )
        for rule in Rule.objects.filter(is_active=True)
    }
    assert rows == {
        key: matrix.Default(
            start.kind, tuple(sorted(start.channels)), start.template, tells_actor=start.tells_actor
        )
        for key, start in matrix.DEFAULTS.items()
    }
    assert {event for event, _audience in matrix.DEFAULTS} == set(matrix.EVENTS)


def test_customers_are_offered_nothing_internal() -> None:
    for event in INTERNAL_EVENTS:
        assert not {"requester", "copies"} & set(matrix.offered(event)), event


def test_managers_read_and_administrators_change(
    manager: User, admin: User, agent: User, client_of: Any
) -> None:
    read = client_of(manager).get(PAGE).content.decode()
    assert "A customer writes" in read
    assert "The owner of the ticket" in read
    assert DOOR not in read
    assert DOOR in client_of(admin).get(PAGE).content.decode()
    wish = {"event": "ticket.closed", "audience": "technician", "channels": ["sms"]}
    assert client_of(manager).post(DOOR, wish).status_code == 403
    assert client_of(agent).get(PAGE).status_code == 403
    assert client_of(admin).get(DOOR).status_code == 405
    assert Rule.objects.get(event="ticket.closed", audience="technician").channels == ["bell"]


def test_a_change_is_kept_shown_and_in_the_history(admin: User, client_of: Any) -> None:
    client = client_of(admin)
    wish = {"event": "ticket.closed", "audience": "technician", "channels": ["email", "bell"]}
    answer = client.post(DOOR, wish)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}#closed-technician")
    rule = Rule.objects.get(event="ticket.closed", audience="technician")
    assert (rule.channels, rule.is_active, rule.template) == (["email", "bell"], True, "job_news")
    page = client.get(PAGE).content.decode()
    assert "“A ticket is closed”: tells “The owner of the ticket” by E-mail, In the app" in page
    (said,) = EventRecord.objects.filter(name="notification.rule_changed")
    assert (said.actor, said.subject_id) == (admin, rule.pk)
    client.post(DOOR, wish)  # nothing new
    assert EventRecord.objects.filter(name="notification.rule_changed").count() == 1


def test_htmx_gets_the_line_anew(admin: User, client_of: Any) -> None:
    wish = {"event": "ticket.closed", "audience": "technician", "channels": ["email"]}
    answer = client_of(admin).post(DOOR, wish, headers={"hx-request": "true"})
    line = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="closed-technician"' in line
    assert "Back to the default" in line
    assert "<html" not in line


def test_back_to_the_default(admin: User, client_of: Any) -> None:
    set_rule("ticket.opened", "requester", [], actor=admin)
    rule = Rule.objects.get(event="ticket.opened", audience="requester")
    assert (rule.is_active, rule.channels) == (False, [])
    wish = {"event": "ticket.opened", "audience": "requester", "default": "1"}
    client_of(admin).post(DOOR, wish)
    rule.refresh_from_db()
    assert (rule.is_active, rule.channels, rule.tells_actor) == (
        True,
        ["email", "push", "bell"],
        True,
    )
    assert rule.template == "ticket_opened"


@pytest.mark.parametrize(
    ("event", "audience", "channels", "refusal"),
    [
        ("ticket.note_added", "requester", ["email"], NotOffered),
        ("ticket.note_added", "copies", ["email"], NotOffered),
        ("ticket.unheard_of", "desk", ["bell"], NotOffered),
        ("ticket.closed", "mentioned", ["bell"], NotOffered),
        ("ticket.resolved", "copies", ["sms"], WrongChannel),
        ("ticket.resolved", "technician", ["pigeon"], WrongChannel),
    ],
)
def test_what_cannot_be_is_refused(
    admin: User, event: str, audience: str, channels: list[str], refusal: type[Exception]
) -> None:
    before = Rule.objects.count()
    with pytest.raises(refusal):
        set_rule(event, audience, channels, actor=admin)
    assert Rule.objects.count() == before


def test_a_refusal_is_said_on_its_line(admin: User, client_of: Any) -> None:
    client = client_of(admin)
    wish = {"event": "ticket.resolved", "audience": "copies", "channels": ["sms"]}
    answer = client.post(DOOR, wish)
    assert answer.status_code == 422
    assert "cannot be told by this channel" in answer.content.decode()
    for wrong in [{}, wish | {"channels": ["pigeon"]}, wish | {"event": "ticket.note_added"}]:
        assert client.post(DOOR, wrong).status_code == 404


def test_the_database_refuses_what_no_rule_may_be() -> None:
    rule = {"event": "ticket.closed", "kind": "ticket_updates", "template": "job_news"}
    for wrong in [
        {"audience": "copies", "channels": ["email"], "event": "ticket.note_added"},
        {"audience": "copies", "channels": ["bell"]},
        {"audience": "manager", "channels": ["pigeon"]},
        {"audience": "manager", "channels": []},
        {"audience": "everybody", "channels": ["bell"]},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Rule.objects.create(**(rule | wrong))


def test_managers_sales_and_the_team_can_be_told_and_never_who_did_it(
    acme: Customer, admin: User, manager: User, sam: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme)
    for audience in ["manager", "sales", "desk"]:
        set_rule("ticket.note_added", audience, ["bell"], actor=admin)
    forget()
    actions.add_note(ticket, "Tricky.", actor=manager)
    run_events()
    assert {row.user for row in rows_of("ticket.note_added")} == {sam, agent}


def test_one_person_in_two_audiences_is_told_once(
    acme: Customer, admin: User, manager: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme)
    for audience in ["manager", "desk"]:
        set_rule("ticket.note_added", audience, ["bell"], actor=admin)
    forget()
    actions.add_note(ticket, "Tricky.", actor=agent)
    run_events()
    assert media("ticket.note_added", user=manager) == ["bell"]


def test_people_in_cc_are_a_rule_of_their_own(
    acme: Customer, carol: User, admin: User, agent: User, forget: Run, run_events: Run
) -> None:
    ticket = make_ticket(acme, requester=carol.contact)
    copied = make_contact(acme, name="Ann", email="ann@acme.test")
    actions.set_copies(ticket, [copied.email], actor=agent)
    forget()
    actions.resolve_ticket(ticket, "Done.", actor=agent)
    run_events()
    (mail,) = rows_of("ticket.resolved", channel="email")
    assert mail.cc == ["ann@acme.test"]
    set_rule("ticket.resolved", "copies", [], actor=admin)
    ticket.refresh_from_db()
    ticket = actions.reopen_ticket(ticket, actor=agent)
    Notification.objects.all().delete()
    actions.resolve_ticket(ticket, "Done again.", actor=agent)
    run_events()
    (mail,) = rows_of("ticket.resolved", channel="email")
    assert mail.cc == []


def test_queries_do_not_grow_with_the_rules(admin: User, client_of: Any) -> None:
    client = client_of(admin)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as before:
        client.get(PAGE)
    for audience in ["manager", "sales", "team"]:
        for event in matrix.EVENTS:
            set_rule(event, audience, ["bell"], actor=admin)
    with CaptureQueriesContext(connection) as after:
        client.get(PAGE)
    assert len(after) <= len(before)


def test_every_audience_can_be_resolved(acme: Customer) -> None:
    from notifications.audiences import RESOLVERS

    assert set(RESOLVERS) == set(Audience)
