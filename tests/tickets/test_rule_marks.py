"""Rules that put tags on tickets and fill in the desk's own fields."""

import pytest

from core.events import sweep
from core.models import EventRecord
from tests.factories.rules import make_rule
from tests.factories.work import make_category, make_ticket
from tests.tickets.test_custom import make_field
from tickets import actions
from tickets.actions.rules import change_rule
from tickets.actions.tags import change_tags, create_tag
from tickets.models import AutomationRule, CustomField, DeskSettings, RuleRun, Tag, Ticket
from tickets.rule_deed import DeedRefused
from tickets.rule_deeds import deeds_words
from tickets.rule_words import would_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_hand(db: None) -> None:
    DeskSettings.load()
    DeskSettings.objects.update(auto_assign=False)


@pytest.fixture
def vpn() -> Tag:
    return create_tag("VPN", actor=None)


@pytest.fixture
def room() -> CustomField:
    return make_field()


def again(ticket: Ticket) -> Ticket:
    for _round in range(12):
        if not sweep():
            break
    return Ticket.objects.get(pk=ticket.pk)


def test_tags_come_and_go_and_the_history_names_the_rule(acme, agent, vpn):
    old = create_tag("Old", actor=agent)
    make_rule(trigger="note_added", deeds={"tags_on": [str(vpn.pk)], "tags_off": [str(old.pk)]})
    ticket = change_tags(make_ticket(acme), add=[old], actor=agent)
    actions.add_note(ticket, "Hm", actor=agent)
    assert again(ticket).tag_ids == [vpn.pk]
    said = EventRecord.objects.filter(name="ticket.tags_changed").order_by("-pk")[:2]
    assert [row.actor_name for row in said] == ["Rule: Urgent", "Rule: Urgent"]


def test_a_tag_that_is_there_already_is_left_alone(acme, vpn):
    make_rule(deeds={"tags_on": [str(vpn.pk)]})
    ticket = change_tags(make_ticket(acme), add=[vpn], actor=None)
    assert again(ticket).tag_ids == [vpn.pk]
    assert RuleRun.objects.get().results == [{"words": "Add tags: VPN", "did": False}]


def test_too_many_tags_stop_the_rule_and_nothing_of_it_remains(acme, vpn):
    make_rule(deeds={"priority": "1", "tags_on": [str(vpn.pk)]})
    many = [create_tag(f"t{number}", actor=None) for number in range(20)]
    ticket = again(change_tags(make_ticket(acme), add=many, actor=None))
    assert (len(ticket.tag_ids), ticket.priority) == (20, 3)
    assert "up to 20 tags" in RuleRun.objects.get().error


@pytest.mark.parametrize(
    ("deeds", "words"),
    [
        ({"tags_on": ["999999"]}, "tag that it names is gone"),
        ({"tags_on": ["x"]}, "tag that it names is gone"),
        ({"fields": {"nothing": "1"}}, "gone, or not in use any more: nothing"),
        ({"fields": {"size": "big"}}, "Size: This is no number"),
        ({"fields": {"size": None}}, "Give a value"),
        ({"fields": {"off": "1"}}, "gone, or not in use any more: Off"),
    ],
)
def test_what_it_cannot_do_is_refused(db, deeds, words):
    make_field("Size", "number")
    make_field("Off", is_active=False)
    with pytest.raises(DeedRefused, match=words):
        make_rule(deeds=deeds)


def test_a_tag_is_not_added_and_taken_off_at_once(vpn):
    with pytest.raises(DeedRefused, match="not both"):
        make_rule(deeds={"tags_on": [str(vpn.pk)], "tags_off": [str(vpn.pk)]})


def test_more_tags_than_a_ticket_has_are_refused(db):
    many = [str(create_tag(f"t{number}", actor=None).pk) for number in range(21)]
    with pytest.raises(DeedRefused, match="up to 20"):
        make_rule(deeds={"tags_on": many})


@pytest.mark.parametrize(
    ("kind", "value"), [("text", "2.14"), ("number", 0), ("yes_no", False), ("date", "2026-01-31")]
)
def test_a_field_is_filled_in(acme, kind, value):
    make_field(kind=kind)
    make_rule(deeds={"fields": {"room": value}})
    ticket = again(make_ticket(acme))
    assert ticket.custom == {"room": value}
    changed = EventRecord.objects.get(name="ticket.custom_values_changed")
    assert changed.actor_name == "Rule: Urgent"


def test_after_a_new_category_its_fields_can_be_filled_in(acme):
    of = make_category("Printing")
    make_field(categories=[of])
    rule = make_rule(deeds={"category": str(of.pk), "fields": {"room": "2"}})
    ticket = make_ticket(acme)
    assert "It would stop" not in would_words(rule, [ticket])[ticket.pk]
    assert again(ticket).custom == {"room": "2"}


def test_a_field_of_other_categories_stops_the_rule_and_the_trial_says_so(acme):
    make_field(categories=[make_category("Printing")])
    rule = make_rule(deeds={"priority": "1", "fields": {"room": "2"}})
    ticket = again(make_ticket(acme))
    assert (ticket.priority, ticket.custom) == (3, {})
    why = "Tickets of this category have no field “Room”."
    assert RuleRun.objects.get().error == f"Set fields: {why}"
    assert would_words(rule, [ticket])[ticket.pk] == f"It would stop: {why}"


def test_the_trial_names_tags_and_values(acme, vpn, room):
    rule = make_rule(deeds={"tags_on": [str(vpn.pk)], "fields": {"room": "2"}})
    ticket = make_ticket(acme)
    assert would_words(rule, [ticket])[ticket.pk] == "Add tags: VPN; Room “2”"


def test_a_trial_of_many_tickets_asks_no_more(acme, vpn, django_assert_max_num_queries):
    make_field(categories=[make_category("Printing")])
    rule = make_rule(deeds={"tags_on": [str(vpn.pk)], "fields": {"room": "2"}})
    tickets = [make_ticket(acme) for _number in range(4)]
    with django_assert_max_num_queries(3):
        would_words(rule, tickets)


def test_the_form_keeps_what_was_typed(manager, client_of, vpn, room):
    make_field("Fits", "yes_no")
    typed = {
        "name": "Marks", "trigger": "opened", "is_enabled": "on",
        "do_tags_on": [str(vpn.pk)], "do_fields-room": " 2.14 ", "do_fields-fits": "no",
    }  # fmt: skip
    client = client_of(manager)
    client.post("/rules/new/", typed)
    rule = AutomationRule.objects.get()
    assert rule.deeds == {"tags_on": [str(vpn.pk)], "fields": {"room": "2.14", "fits": False}}
    form = client.get(rule.get_absolute_url()).context["form"]
    names = ("do_tags_on", "do_fields-room", "do_fields-fits")
    assert [form[name].value() for name in names] == [[str(vpn.pk)], "2.14", "no"]


def test_a_wrong_value_stands_beside_its_field(manager, client_of):
    make_field("Size", "number")
    typed = {"name": "Marks", "trigger": "opened", "do_fields-size": "big"}
    answer = client_of(manager).post("/rules/new/", typed)
    assert answer.status_code == 422
    assert "This is no number" in answer.context["form"].errors["do_fields-size"][0]


def test_a_choice_that_is_offered_no_more_is_seen_and_refused(manager, client_of):
    colour = make_field("Colour", "choice", choices=["Red", "Blue"])
    rule = make_rule(deeds={"fields": {"colour": "Red"}})
    colour.choices = ["Blue"]
    colour.save()
    assert "Choose one of the list" in deeds_words(rule.deeds)[0][1]
    page = client_of(manager).get(rule.get_absolute_url()).content.decode()
    assert "Gone; choose another" in page
    with pytest.raises(DeedRefused, match="Choose one of the list"):
        change_rule(rule, {"name": "Other"}, actor=manager)
