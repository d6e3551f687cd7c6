"""Rules on events: what they do, in which order, and what stops them."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Team
from core.events import sweep
from core.models import Delivery, EventRecord
from notifications.models import Notification
from tests.factories.people import make_team
from tests.factories.rules import make_rule
from tests.factories.work import make_category, make_ticket
from tickets import actions, rules
from tickets.models import (
    AutomationRule,
    DeskSettings,
    Message,
    RuleEffect,
    RuleRun,
    Status,
    Ticket,
)
from tickets.rules import run_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_hand(db: None) -> None:
    """Nobody is assigned but by rules."""
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=False)


def settle() -> None:
    """Let the subscribers run until nothing is left to do."""
    for _round in range(12):
        if not sweep():
            return


def again(ticket: Ticket) -> Ticket:
    settle()
    return Ticket.objects.get(pk=ticket.pk)


def event_of(ticket: Ticket, name: str = "ticket.opened") -> EventRecord:
    return EventRecord.objects.filter(subject_id=ticket.pk, name=name).latest("id")


def states() -> list[tuple[str, str]]:
    return list(RuleRun.objects.order_by("id").values_list("rule_name", "state"))


def test_it_does_what_it_says_and_the_history_names_it(acme):
    make_rule()
    ticket = again(make_ticket(acme))
    assert ticket.priority == 1
    assert event_of(ticket, "ticket.edited").actor_name == "Rule: Urgent"
    assert RuleRun.objects.get().results == [{"words": "Priority “Urgent”", "did": True}]


def test_a_rule_is_nobody_of_the_staff_so_the_ticket_stays_new(acme):
    make_rule()
    assert again(make_ticket(acme)).shown_status == "new"


def test_one_that_is_switched_off_does_nothing(acme):
    make_rule(is_enabled=False)
    assert again(make_ticket(acme)).priority == 3
    assert states() == []


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"priority": ["3"]}, True),
        ({"priority": ["2"]}, False),
        ({"status": ["open"], "technician": ["null"]}, True),
        ({"category": ["999999"]}, False),
        ({"text": ["PAPER jam"]}, True),
        ({"text": ["nothing", "second page"]}, True),
        ({"text": ["100%"]}, False),
        ({"opened_hours": ["1"]}, False),
    ],
)
def test_it_is_for_the_tickets_that_meet_its_conditions(acme, conditions, fits):
    make_rule(conditions=conditions)
    assert (again(make_ticket(acme, subject="Paper jam")).priority == 1) is fits


def test_a_condition_nobody_knows_any_more_fits_nothing_and_is_said(acme):
    rule = make_rule(conditions={"moon": ["full"]})
    assert again(make_ticket(acme)).priority == 3
    rule.refresh_from_db()
    assert "moon" in rule.problem


def test_the_customers_newest_words_are_looked_at(acme):
    make_rule(trigger="customer_replied", conditions={"text": ["smoke"]})
    ticket = make_ticket(acme)
    actions.add_reply(ticket, "All is well.", actor=None, from_customer=True)
    assert again(ticket).priority == 3
    actions.add_reply(ticket, "Now there is SMOKE!", actor=None, from_customer=True)
    assert again(ticket).priority == 1


@pytest.mark.parametrize(
    ("trigger", "do"),
    [
        ("staff_replied", lambda t, by: actions.add_reply(t, "Hello", actor=by)),
        ("note_added", lambda t, by: actions.add_note(t, "Hm", actor=by)),
        ("status", lambda t, by: actions.change_status(t, "waiting", actor=by)),
        ("priority", lambda t, by: actions.edit_ticket(t, {"priority": 2}, actor=by)),
        ("category", lambda t, by: actions.edit_ticket(t, {"category": make_category()}, actor=by)),
    ],
)
def test_it_waits_for_its_own_kind_of_event(acme, agent, trigger, do):
    make_rule(trigger=trigger)
    ticket = make_ticket(acme)
    assert again(ticket).priority == 3
    do(ticket, agent)
    assert again(ticket).priority == 1


def test_everything_at_once_in_the_order_of_the_deeds(acme, alice):
    category, team = make_category("Printing"), make_team("Field")
    make_rule(
        deeds={
            "status": "waiting",
            "team": str(team.pk),
            "category": str(category.pk),
            "assign": str(alice.technician.pk),
            "reply": "Dear {{ customer.first_name }}, {{technician.name}} has {{ ticket.number }}.",
        }
    )
    ticket = again(make_ticket(acme))
    assert (ticket.category, ticket.team, ticket.technician) == (category, team, alice.technician)
    assert ticket.status == Status.WAITING
    message = Message.objects.get(ticket=ticket, is_from_customer=False)
    assert f"Alice Tech has {ticket.reference}." in message.body
    assert (message.author_name, message.is_automatic) == ("Support", True)


def test_an_automatic_reply_keeps_no_promise(acme):
    from tests.factories.promises import make_policy

    make_policy()
    make_rule(deeds={"reply": "We have your message."})
    ticket = again(make_ticket(acme))
    assert ticket.due_kind == "first_reply"


def test_customers_do_not_read_how_the_desk_calls_its_rules(acme):
    make_rule("Stall them", deeds={"reply": "We have your message."})
    ticket = again(make_ticket(acme))
    mails = Notification.objects.filter(
        event__subject_id=ticket.pk, event__name="ticket.staff_replied", channel="email"
    )
    assert mails.count() == 1
    assert "Stall them" not in mails.get().body_text + mails.get().subject


def test_people_are_told_who_see_the_ticket(acme, agent, alice):
    make_rule(deeds={"tell": {"who": [str(agent.pk), str(alice.pk)], "words": "Look at once"}})
    ticket = again(make_ticket(acme))
    told = Notification.objects.filter(event=event_of(ticket, "ticket.rule_told"), channel="bell")
    assert list(told.values_list("user", flat=True)) == [agent.pk]
    assert "Rule: Urgent told" in told.get().subject
    assert "Look at once" in told.get().subject


def test_ten_rules_on_one_event_keep_their_order(acme):
    for number in range(10):
        make_rule(f"Rule {number}", deeds={"priority": str(number % 4 + 1)})
    ticket = again(make_ticket(acme))
    assert states() == [(f"Rule {number}", "done") for number in range(10)]
    assert ticket.priority == 9 % 4 + 1


def test_after_one_that_stops_no_other_runs(acme):
    make_rule("First", stops=True)
    make_rule("Second", deeds={"priority": "4"})
    assert again(make_ticket(acme)).priority == 1
    assert states() == [("First", "done")]


def test_delivered_twice_it_runs_once(acme):
    """A worker that died after the work and before it said so."""
    make_rule(deeds={"reply": "We have it."})
    ticket = again(make_ticket(acme))
    assert run_rules(event_of(ticket)) == []
    Delivery.objects.filter(subscriber__endswith="follow_rules").update(done_at=None, attempts=0)
    settle()
    assert Message.objects.filter(ticket=ticket, is_from_customer=False).count() == 1
    assert states() == [("Urgent", "done")]


def test_delivered_twice_what_stopped_still_stops(acme):
    make_rule("First", stops=True)
    ticket = again(make_ticket(acme))
    make_rule("Second", deeds={"priority": "4"})
    run_rules(event_of(ticket))
    assert again(ticket).priority == 1


def test_the_database_holds_that_it_runs_once(acme):
    make_rule()
    run = RuleRun.objects.filter(ticket=again(make_ticket(acme))).get()
    run.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)


def test_one_that_sets_itself_off_is_stopped_and_admins_hear_of_it(acme, admin):
    make_rule("Echo", trigger="staff_replied", deeds={"reply": "And another thing."})
    ticket = make_ticket(acme)
    actions.add_reply(ticket, "Hello", actor=admin)
    ticket = again(ticket)
    assert states() == [("Echo", "done"), ("Echo", "stopped")]
    assert Message.objects.filter(ticket=ticket, is_automatic=True).count() == 1
    stopped = event_of(ticket, "ticket.rule_stopped")
    assert stopped.sentence == "was stopped: it set itself off: Echo → Echo"
    assert Notification.objects.filter(event=stopped, user=admin, channel="bell").exists()


def test_two_that_set_off_one_another_are_stopped(acme, agent):
    make_rule("Up", trigger="priority", conditions={"priority": ["4"]}, deeds={"priority": "1"})
    make_rule("Down", trigger="priority", conditions={"priority": ["1"]}, deeds={"priority": "4"})
    ticket = make_ticket(acme)
    actions.edit_ticket(ticket, {"priority": 1}, actor=agent)
    again(ticket)
    assert states()[:2] == [("Down", "done"), ("Up", "done")]
    assert set(states()[2:]) == {("Down", "stopped")}
    assert "Down → Up → Down" in RuleRun.objects.latest("id").error


def test_what_would_only_repeat_itself_is_no_loop(acme, agent):
    make_rule(trigger="priority")
    ticket = make_ticket(acme)
    actions.edit_ticket(ticket, {"priority": 2}, actor=agent)
    assert again(ticket).priority == 1
    assert states() == [("Urgent", "done")]


def test_a_long_chain_ends(acme, agent, monkeypatch):
    monkeypatch.setattr(rules, "DEEPEST", 2)
    path = ["open", "in_progress", "waiting", "on_hold"]
    for old, new in reversed(list(pairwise(path))):
        trigger = "note_added" if old == "open" else "status"
        make_rule(old, trigger=trigger, conditions={"status": [old]}, deeds={"status": new})
    ticket = make_ticket(acme)
    actions.add_note(ticket, "Go", actor=agent)
    assert again(ticket).status == "waiting"
    assert states() == [("open", "done"), ("in_progress", "done"), ("waiting", "stopped")]
    assert "set off one another" in RuleRun.objects.latest("id").error


def test_people_hear_of_one_rule_once_a_day(acme, alice):
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    AutomationRule.objects.create(
        name="Left", trigger="opened", is_enabled=True, deeds={"assign": str(alice.technician.pk)}
    )
    again(make_ticket(acme))
    again(make_ticket(acme))
    assert states() == [("Left", "failed")] * 2
    assert EventRecord.objects.filter(name="ticket.rule_stopped").count() == 1


def test_one_that_names_who_left_does_nothing_and_says_so(acme, alice):
    make_rule(deeds={"priority": "1", "assign": str(alice.technician.pk)})
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    ticket = again(make_ticket(acme))
    assert (ticket.priority, ticket.technician) == (3, None)
    run = RuleRun.objects.get()
    assert (run.state, run.results) == ("failed", [])
    assert "no longer working here" in run.error
    assert not RuleEffect.objects.exists()


def test_telling_who_left_fails_too(acme, agent):
    make_rule(deeds={"priority": "1", "tell": {"who": [str(agent.pk)], "words": ""}})
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    assert again(make_ticket(acme)).priority == 3
    assert "Erin Agent" in RuleRun.objects.get().error


def test_a_deed_that_fails_leaves_nothing_and_the_next_rule_runs(acme):
    make_rule("Bad", deeds={"priority": "1", "status": "closed"}, stops=True)
    make_rule("Good", deeds={"priority": "2"})
    ticket = again(make_ticket(acme))
    assert (ticket.priority, ticket.status) == (2, "open")
    assert states() == [("Bad", "failed"), ("Good", "done")]
    assert not EventRecord.objects.filter(subject_id=ticket.pk, actor_name="Rule: Bad").exclude(
        name="ticket.rule_stopped"
    ).exists()  # fmt: skip


def test_an_error_of_the_program_is_logged_and_leaves_nothing(acme, monkeypatch):
    def crash(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "change_status", crash)
    make_rule(deeds={"priority": "1", "status": "waiting"})
    assert again(make_ticket(acme)).priority == 3
    assert "ZeroDivisionError" in RuleRun.objects.get().error


def test_two_automatic_answers_do_not_write_to_one_another_for_ever(acme):
    make_rule("Receipt", trigger="customer_replied", deeds={"reply": "We have it."})
    ticket = make_ticket(acme)
    for _number in range(6):
        actions.add_reply(ticket, "I am away.", actor=None, from_customer=True)
        settle()
    assert Message.objects.filter(ticket=ticket, is_automatic=True).count() == 3
    assert [state for _name, state in states()] == ["done"] * 3 + ["stopped"] * 3


def test_a_reply_with_a_gap_is_not_sent(acme):
    make_rule(deeds={"reply": "Your visit: {{ visit.time }}"})
    ticket = again(make_ticket(acme))
    assert not Message.objects.filter(ticket=ticket, is_automatic=True).exists()
    assert "visit.time" in RuleRun.objects.get().error


def test_what_a_customer_wrote_is_no_placeholder(acme):
    make_rule(deeds={"reply": "About {{ ticket.subject }}:"})
    ticket = again(make_ticket(acme, subject="{{ agent.name }} {% now %}"))
    body = Message.objects.get(ticket=ticket, is_automatic=True).body
    assert body == "About {{ agent.name }} {% now %}:"


def test_a_closed_ticket_is_left_alone(acme, agent):
    make_rule(trigger="note_added")
    ticket = make_ticket(acme, status="closed")
    actions.add_note(ticket, "For the record", actor=agent)
    again(ticket)
    assert states() == []


def test_history_of_another_desk_sets_nothing_off(acme):
    from core.events import history

    make_rule()
    with history():
        ticket = make_ticket(acme)
    assert again(ticket).priority == 3


def test_a_team_that_is_gone_fails(acme):
    team = make_team("Field")
    make_rule(deeds={"team": str(team.pk)})
    Team.objects.filter(pk=team.pk).delete()
    again(make_ticket(acme))
    assert "team is gone" in RuleRun.objects.get().error
