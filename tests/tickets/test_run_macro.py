"""Running a macro: every step by its own action, all of them or none."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.models import EventRecord
from tests.factories.people import make_customer, make_team
from tests.factories.texts import make_canned, make_macro
from tests.factories.work import make_category, make_ticket
from tickets.actions import (
    add_reply,
    merge_tickets,
    release_due,
    resolve_ticket,
    save_draft,
    undo_reply,
)
from tickets.actions.drafts import Typed
from tickets.actions.tags import change_tags, create_tag
from tickets.macro_kind import StepRefused
from tickets.macros import TicketIsMerged, plan_macro, run_macro
from tickets.models import CannedReply, Draft, Macro, Message, Status, Ticket

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list]:
    """Every row of every table: tickets, words, events, news, counters."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            rows[table] = cursor.fetchall()
    return rows


def released() -> None:
    release_due(now=timezone.now() + timedelta(hours=1))


@pytest.fixture
def text(db):
    return make_canned(body="Dear {{ customer.first_name }}, is it on?")


def test_all_steps_happen_and_each_records_its_event(agent, alice, acme, text):
    ticket, printing = make_ticket(acme), make_category("Printing")
    macro = make_macro(
        ("priority", "1"), ("category", str(printing.pk)), ("assign", str(alice.technician.pk)),
        ("note", "Told {{ customer.company }}."), ("reply", str(text.pk)), ("status", "waiting"),
        owner=agent,
    )  # fmt: skip
    run_macro(macro, ticket, user=agent)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.category, ticket.technician) == (1, printing, alice.technician)
    assert Message.objects.get(kind="note").body == "Told Acme Dental."
    names = list(
        EventRecord.objects.filter(subject_id=ticket.pk, subject_type="tickets.ticket")
        .exclude(name="ticket.opened").order_by("pk").values_list("name", "actor"))  # fmt: skip
    assert names == [
        (f"ticket.{name}", agent.pk)
        for name in ("macro_ran", "edited", "edited", "assigned", "note_added", "reply_queued")
    ]
    macro.refresh_from_db()
    assert (macro.uses, macro.version) == (1, 1)


def test_the_state_goes_with_the_reply_and_undo_takes_back_both(agent, acme, text):
    ticket = make_ticket(acme)
    run_macro(make_macro(("reply", str(text.pk)), ("status", "waiting"), owner=agent), ticket,
              user=agent)  # fmt: skip
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN  # until the customer may read it
    undo_reply(Message.objects.get(), actor=agent)
    released()
    ticket.refresh_from_db()
    assert (ticket.status, Message.objects.count()) == (Status.OPEN, 0)


def test_a_reply_resolves_with_its_words(agent, acme, text):
    ticket = make_ticket(acme)
    run_macro(make_macro(("reply", str(text.pk)), ("status", "resolved"), owner=agent), ticket,
              user=agent)  # fmt: skip
    released()
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert ticket.resolution.startswith("Dear ")


def test_what_somebody_is_writing_stays(agent, acme, text):
    ticket = make_ticket(acme)
    for kind in ("reply", "note"):
        save_draft(ticket, kind, Typed("Half a sent"), user=agent)
    run_macro(make_macro(("reply", str(text.pk)), ("note", "Seen."), owner=agent), ticket,
              user=agent)  # fmt: skip
    assert Draft.objects.filter(body="Half a sent").count() == 2


# What comes last fails; everything before it could be done.
FAILING = {
    "a status it cannot take": (("status", "closed"), "You may not do this"),
    "a technician who is gone": (("assign", "999999"), "This colleague is gone"),
    "a category that is gone": (("category", "999999"), "This category is gone"),
    "a text that is gone": (("reply", "999999"), "This canned reply is gone"),
    "a kind nobody knows": (("explode", "1"), "Step 5 is of no known kind"),
}


def test_assign_to_me_gives_an_agent_the_ticket(agent, acme):
    ticket = make_ticket(acme)
    run_macro(make_macro(("assign", "me"), owner=agent), ticket, user=agent)
    ticket.refresh_from_db()
    assert ticket.technician.user == agent


@pytest.mark.parametrize("case", FAILING)
def test_a_macro_that_fails_in_the_middle_did_nothing(case, agent, alice, acme, text):
    ticket, (last, why) = make_ticket(acme), FAILING[case]
    earlier = [
        ("priority", "1"), ("note", "Seen."), ("category", str(make_category().pk)),
        ("assign", str(alice.technician.pk)), ("reply", str(text.pk)),
    ]  # fmt: skip
    steps = [step for step in earlier if step[0] != last[0]][:4]
    macro = make_macro(*steps, owner=agent)
    Macro.objects.filter(pk=macro.pk).update(
        steps=[*macro.steps, {"do": last[0], "value": last[1]}]
    )
    macro.refresh_from_db()
    before = everything()
    with pytest.raises(StepRefused, match=why):
        run_macro(macro, ticket, user=agent)
    assert everything() == before


def test_a_failure_of_an_action_names_step_and_reason(agent, acme):
    ticket = make_ticket(acme, status=Status.RESOLVED)
    macro = make_macro(("note", "Once more."), ("status", "waiting"), owner=agent)
    before = everything()
    with pytest.raises(StepRefused) as refused:
        run_macro(macro, ticket, user=agent)
    assert str(refused.value.message).startswith("Step 2, Set status: A ticket that is “Resolved”")
    assert everything() == before


def test_a_state_that_cannot_ride_stops_the_reply_too(agent, acme, text):
    ticket = make_ticket(acme, status=Status.RESOLVED)
    macro = make_macro(("reply", str(text.pk)), ("status", "waiting"), owner=agent)
    before = everything()
    with pytest.raises(StepRefused, match="Step 2"):
        run_macro(macro, ticket, user=agent)
    assert everything() == before


def test_a_gap_in_the_reply_stops_the_macro(agent, acme):
    ticket = make_ticket(acme)
    text = make_canned(body="Serial {{ device.serial }}, {{ nope }}")
    macro = make_macro(("note", "x"), ("reply", str(text.pk)), owner=agent)
    before = everything()
    with pytest.raises(StepRefused, match="no value on this ticket"):
        run_macro(macro, ticket, user=agent)
    assert everything() == before


def test_a_word_that_came_since_stops_the_reply(agent, carol, acme, text):
    ticket = make_ticket(acme)
    add_reply(ticket, "Wait!", actor=carol, from_customer=True)
    macro = make_macro(("reply", str(text.pk)), owner=agent)
    with pytest.raises(StepRefused, match="somebody wrote"):
        run_macro(macro, ticket, user=agent, seen=0)
    run_macro(macro, ticket, user=agent, seen=Message.objects.get().pk)
    assert Message.objects.filter(kind="out").count() == 1


def test_rights_are_checked_at_each_step(alice, acme, text):
    """Alice works on the ticket: she may note and reply, never assign or edit."""
    ticket = make_ticket(acme, technician=alice.technician)
    run_macro(make_macro(("note", "ok"), ("reply", str(text.pk)), owner=alice), ticket, user=alice)
    for step in (("priority", "1"), ("assign", "nobody"), ("category", str(make_category().pk))):
        macro = make_macro(("note", "no"), step, owner=alice, name=step[0])
        before = everything()
        with pytest.raises(StepRefused, match="You may not do this"):
            run_macro(macro, ticket, user=alice)
        assert everything() == before


def test_a_step_may_lose_the_right_for_the_next(alice, agent, acme):
    """What counts is the ticket as it stands then, not as the page showed it."""
    ticket = make_ticket(acme, technician=alice.technician)
    stale = Ticket.objects.with_row().get(pk=ticket.pk)
    run_macro(make_macro(("assign", "nobody"), owner=agent), ticket, user=agent)
    with pytest.raises(StepRefused, match="You may not"):
        run_macro(make_macro(("status", "waiting"), owner=alice), stale, user=alice)


def test_a_colleagues_private_text_is_not_used(agent, bob, acme):
    text = make_canned(owner=bob)
    macro = make_macro(("note", "x"), owner=agent)
    Macro.objects.update(steps=[{"do": "reply", "value": str(text.pk)}])
    macro.refresh_from_db()
    with pytest.raises(StepRefused, match="not yours to use"):
        run_macro(macro, make_ticket(acme), user=agent)


def test_what_is_so_already_stays(agent, acme):
    ticket = make_ticket(acme, status=Status.WAITING)
    run_macro(make_macro(("status", "waiting"), ("assign", "nobody"), owner=agent), ticket,
              user=agent)  # fmt: skip
    assert Ticket.objects.get().status == Status.WAITING


def test_a_merged_ticket_is_left_alone(agent, acme):
    ticket = make_ticket(acme)
    merge_tickets(ticket, make_ticket(acme), actor=agent, requester=None)
    macro = make_macro(("note", "x"), owner=agent)
    before = everything()
    with pytest.raises(TicketIsMerged):
        run_macro(macro, ticket, user=agent)
    assert everything() == before


def test_the_preview_says_everything_and_does_nothing(agent, acme, text):
    ticket = make_ticket(acme)
    macro = make_macro(("reply", str(text.pk)), ("status", "waiting"), ("note", "Asked."),
                       owner=agent)  # fmt: skip
    before = everything()
    plan = plan_macro(macro, Ticket.objects.with_row().get(), user=agent)
    assert everything() == before
    assert [planned.words for planned in plan.steps] == [
        f"Dear {ticket.requester.name.split(' ')[0]}, is it on?",
        "“Open” becomes “Waiting on customer”",
        "Asked.",
    ]
    assert plan.problem == ""


def test_the_preview_finds_what_would_fail(agent, acme, text):
    ticket = make_ticket(acme, status=Status.CLOSED)
    plan = plan_macro(make_macro(("priority", "1"), owner=agent), ticket, user=agent)
    assert plan.problem.startswith("Step 1, Set priority: It is closed")
    CannedReply.objects.all().delete()
    macro = make_macro(("note", "x"), owner=agent, name="Other")
    Macro.objects.filter(pk=macro.pk).update(steps=[{"do": "reply", "value": str(text.pk)}])
    macro.refresh_from_db()
    assert "is gone" in plan_macro(macro, make_ticket(make_customer()), user=agent).problem


def test_it_tags_hands_to_a_team_and_snoozes(agent, acme):
    team, printers = make_team("Printers"), create_tag("printer", actor=agent)
    old = create_tag("new", actor=agent)
    ticket = change_tags(make_ticket(acme), add=[old], actor=agent)
    macro = make_macro(
        ("team", str(team.pk)), ("tag", str(printers.pk)), ("untag", str(old.pk)),
        ("snooze", "monday on_hold"), owner=agent,
    )  # fmt: skip
    assert plan_macro(macro, ticket, user=agent).problem == ""
    ticket = run_macro(macro, ticket, user=agent)
    assert (ticket.team, ticket.tag_ids, ticket.status) == (team, [printers.pk], Status.ON_HOLD)
    assert ticket.wakes_open
    local = timezone.localtime(ticket.wakes_at)
    assert (local.weekday(), local.hour, local > timezone.now()) == (0, 9, True)


def test_a_resolved_ticket_is_not_snoozed_and_then_nothing_happens(agent, acme):
    tag = create_tag("printer", actor=agent)
    ticket = resolve_ticket(make_ticket(acme), "Done.", actor=agent)
    macro = make_macro(("tag", str(tag.pk)), ("snooze", "monday on_hold"), owner=agent)
    with pytest.raises(StepRefused, match="Step 2"):
        run_macro(macro, ticket, user=agent)
    ticket.refresh_from_db()
    assert ticket.tag_ids == []
