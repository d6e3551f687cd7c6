"""Custom fields: what each kind takes, where they are asked, and that resolving waits for them."""

import json

import pytest
from django.db import IntegrityError, transaction

from core.models import EventRecord
from tests.factories.work import make_category, make_ticket
from tickets import actions
from tickets.actions import NewReply
from tickets.actions.by_customer import confirm_fixed
from tickets.actions.custom import fill_fields, free_key, move_field
from tickets.custom import clean_value, in_words
from tickets.errors import CustomValueRefused
from tickets.models import CustomField, Status, Ticket

pytestmark = pytest.mark.django_db


def make_field(label="Room", kind="text", categories=(), **more) -> CustomField:
    more.setdefault("position", CustomField.objects.count())
    field = CustomField.objects.create(label=label, key=free_key(label), kind=kind, **more)
    field.categories.set(categories)
    return field


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("text", "  a \n b ", "a b"),
        ("text", "  ", None),
        ("number", "12.50", 12.5),
        ("number", "-3", -3),
        ("number", "1e3", 1000),
        ("choice", "Red", "Red"),
        ("date", "2026-02-28", "2026-02-28"),
        ("yes_no", "no", False),
        ("yes_no", True, True),
        ("yes_no", "", None),
    ],
)
def test_what_each_kind_stores(kind, typed, stored):
    value = clean_value(CustomField(key="k", kind=kind, choices=["Red"]), typed)
    assert value == stored
    assert type(value) is type(stored)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "x" * 201),
        *(("number", bad) for bad in ("x", "NaN", "Infinity", "1e13", "0.1234567", "1,5", True)),
        ("choice", "Blue"),
        *(("date", bad) for bad in ("2026-02-30", "31.01.2026", "1066-01-01", "today", True)),
        *(("yes_no", bad) for bad in ("maybe", "2")),
    ],
)
def test_what_each_kind_refuses(kind, typed):
    with pytest.raises(CustomValueRefused) as refused:
        clean_value(CustomField(key="k", kind=kind, choices=["Red"]), typed)
    assert refused.value.field == "custom-k"


def test_a_choice_offered_no_more_stays_where_it_is():
    field = CustomField(key="k", kind="choice", choices=["Red"])
    assert clean_value(field, "Blue", kept="Blue") == "Blue"


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("yes_no", False, "No"), ("number", 0, "0"), ("text", None, ""), ("yes_no", None, "")],
)
def test_values_in_words(kind, value, words):
    assert in_words(CustomField(kind=kind), value) == words


@pytest.mark.parametrize("bad", [[1], "x", 3])
def test_the_database_takes_an_object_only(bad):
    ticket = make_ticket()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(custom=bad)


def test_a_choice_without_choices_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_field(kind="choice")


def test_filling_in_records_which_fields_and_not_what(agent):
    ticket, field = make_ticket(), make_field()
    for _ in range(2):
        ticket = fill_fields(ticket, {field.key: "B 12", "unknown": "x"}, actor=agent)
    assert ticket.custom == {"room": "B 12"}
    row = EventRecord.objects.get(name="ticket.custom_values_changed")
    assert row.payload == {"fields": "Room", "keys": ["room"]}
    assert fill_fields(ticket, {field.key: ""}, actor=agent).custom == {}


def test_fields_of_another_category_and_those_out_of_use_are_dropped(agent):
    printing = make_category("Printing")
    make_field("Tray", categories=[make_category("Networks")])
    make_field("Old", is_active=False)
    ticket = make_ticket(category=printing)
    assert fill_fields(ticket, {"tray": "2", "old": "x"}, actor=agent).custom == {}


def test_two_who_change_different_fields_lose_nothing(agent):
    ticket, _room, _floor = make_ticket(), make_field("Room"), make_field("Floor")
    fill_fields(ticket, {"room": "B", "floor": ""}, actor=agent, seen={})
    ticket = fill_fields(ticket, {"room": "", "floor": "2"}, actor=agent, seen={})
    assert ticket.custom == {"room": "B", "floor": "2"}
    with pytest.raises(CustomValueRefused) as refused:
        fill_fields(ticket, {"room": "C"}, actor=agent, seen={})
    assert refused.value.field == "custom-room"


def test_resolving_waits_for_a_needed_field(agent):
    ticket, field = make_ticket(), make_field(is_required=True)
    with pytest.raises(CustomValueRefused, match="Room"):
        actions.resolve_ticket(ticket, "Done.", actor=agent)
    actions.resolve_ticket(ticket, "Done.", actor=agent, custom={field.key: "B"})
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.custom) == (Status.RESOLVED, {"room": "B"})


def test_no_is_an_answer(agent):
    ticket, _field = make_ticket(), make_field("Tested", "yes_no", is_required=True)
    actions.resolve_ticket(ticket, "Done.", actor=agent, custom={"tested": "no"})
    assert Ticket.objects.get().custom == {"tested": False}


def test_a_customer_who_says_that_it_works_is_not_held_up(carol, acme):
    make_field(is_required=True)
    ticket = confirm_fixed(make_ticket(acme), actor=carol)
    assert ticket.status == Status.CLOSED


def test_a_needed_field_is_asked_beside_the_status(agent, client_of):
    ticket, _field = make_ticket(), make_field(is_required=True)
    url, data = f"/tickets/{ticket.pk}/status/", {"to": "resolved", "resolution": "Done."}
    client = client_of(agent)
    page = client.post(url, data)
    assert page.status_code == 422
    assert "Room" in str(page.context["status_form"].errors["custom-room"])
    assert page.context["status_form"]["resolution"].value() == "Done."
    assert client.post(url, data | {"custom-room": "B"}).status_code == 302
    assert Ticket.objects.get().status == Status.RESOLVED


def test_a_reply_that_resolves_is_refused_at_the_click(agent):
    ticket, _field = make_ticket(), make_field(is_required=True)
    with pytest.raises(CustomValueRefused):
        actions.send_reply(ticket, NewReply("Fixed.", set_status="resolved"), actor=agent)


def test_a_reply_on_its_way_goes_out_although_a_field_is_needed_now(agent):
    ticket = make_ticket()
    reply = actions.send_reply(ticket, NewReply("Fixed.", set_status="resolved"), actor=agent)
    make_field(is_required=True)
    reply.outgoing.__class__.objects.update(release_at=reply.created_at)
    assert actions.release_reply(reply.pk)
    assert Ticket.objects.get().status != Status.RESOLVED
    assert EventRecord.objects.filter(name="ticket.status_kept").exists()


def test_the_rail_fills_in_and_keeps_what_was_typed(agent, client_of):
    ticket, _field = make_ticket(), make_field("Pages", "number")
    client, url = client_of(agent), f"/tickets/{ticket.pk}/fields/"
    page = client.post(url, {"custom-pages": "many"}, HTTP_HX_REQUEST="true")
    assert page.status_code == 422
    assert b"many" in page.content
    assert b"This is no number" in page.content
    page = client.post(url, {"custom-pages": "12", "seen": "{}"}, HTTP_HX_REQUEST="true")
    assert b"<dd>12</dd>" in page.content
    page = client.post(url, {"custom-pages": "13", "seen": "{}"})
    assert page.status_code == 422
    assert b"Somebody else has just changed this" in page.content
    for seen in ("[1]", "x", "null"):
        assert client.post(url, {"custom-pages": "12", "seen": seen}).status_code in {302, 422}
    assert Ticket.objects.get().custom == {"pages": 12}


def test_a_call_takes_what_its_category_asks(agent, acme, client_of):
    category = make_category("Printing")
    make_field("Tray", categories=[category])
    client = client_of(agent)
    part = client.get(f"/tickets/new/fields/?category={category.pk}&custom-tray=2")
    assert b'name="custom-tray" value="2"' in part.content
    assert b"custom-tray" not in client.get("/tickets/new/fields/?category=x").content
    data = {"customer": acme.pk, "subject": "s", "description": "d", "priority": 3,
            "category": category.pk, "custom-tray": "2"}  # fmt: skip
    assert client.post("/tickets/new/", data).status_code == 302
    assert Ticket.objects.get().custom == {"tray": "2"}


def test_customers_are_asked_only_what_is_meant_for_them(carol, acme, client_of):
    make_field("Room", is_public=True)
    make_field("Cost", "number")
    client = client_of(carol)
    page = client.get("/portal/tickets/new/").content
    assert b"custom-room" in page
    assert b"custom-cost" not in page
    data = {"subject": "s", "description": "d", "priority": 3, "device": "none",
            "custom-room": "B 12", "custom-cost": "9"}  # fmt: skip
    answer = client.post("/portal/tickets/new/", data)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.custom == {"room": "B 12"}
    Ticket.objects.update(custom={"room": "B 12", "cost": 987})
    page = client.get(answer["Location"]).content
    assert b"B 12" in page
    assert b"987" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f-colour=Red", {"a"}),
        ("f-colour=Red&f-colour=Blue", {"a", "b"}),
        ("f-colour=null", {"c"}),
        ("f-tested=no", {"b"}),
        ("f-contains=5..10", {"a"}),
        ("f-contains=..5", {"a", "b"}),
        ("f-contains=2", {"b"}),
        ("f-day=2026-01-02..", {"b"}),
        ("f-place=CELLAR", {"a"}),
        ("f-contains=x", set()),
        ("f-day=2026-13-01", set()),
        ("f-colour=Green", set()),
    ],
)
def test_the_queue_filters_by_fields(query, found, agent, acme, client_of):
    make_field("Colour", "choice", choices=["Red", "Blue"])
    make_field("Tested", "yes_no")
    make_field("Contains", "number")
    make_field("Day", "date")
    make_field("Place")
    values = {
        "a": {"colour": "Red", "tested": True, "contains": 5, "day": "2026-01-01",
              "place": "The cellar"},
        "b": {"colour": "Blue", "tested": False, "contains": 2, "day": "2026-01-02"},
        "c": {},
    }  # fmt: skip
    for subject, custom in values.items():
        ticket = make_ticket(acme, subject=subject)
        Ticket.objects.filter(pk=ticket.pk).update(custom=custom)
    page = client_of(agent).get(f"/tickets/?{query}")
    assert {row.subject for row in page.context["rows"]} == found


def test_the_bar_with_fields_costs_no_more_queries(agent, client_of, django_assert_max_num_queries):
    client = client_of(agent)
    client.get("/tickets/")
    for number in range(5):
        make_field(f"Field {number}")
    with django_assert_max_num_queries(8):
        assert b"Field 4" in client.get("/tickets/").content


def test_the_file_has_a_column_for_each_field(agent, client_of):
    make_field("Tested", "yes_no")
    fill_fields(make_ticket(), {"tested": "yes"}, actor=agent)
    lines = b"".join(client_of(agent).get("/tickets/?format=csv").streaming_content).decode()
    head, row = lines.strip().splitlines()
    assert head.rstrip().endswith("Tested")
    assert row.rstrip().endswith("Yes")


def test_a_view_keeps_a_filter_by_field(agent, client_of):
    make_field("Place")
    client = client_of(agent)
    client.post("/tickets/views/new/?f-place=cellar", {"name": "Cellar"})
    assert agent.saved_views.get().query == {"f-place": ["cellar"]}


def test_a_manager_makes_changes_and_moves_a_field(manager, client_of):
    client = client_of(manager)
    data = {"label": "Part number", "kind": "choice", "choices": "A\n\nB\nA", "is_active": "on"}
    assert client.post("/ticket-fields/new/", data).status_code == 302
    field = CustomField.objects.get()
    assert (field.key, field.choices) == ("part_number", ["A", "B"])
    change = {"label": "Part", "kind": "text", "choices": "B", "is_active": "on"}
    client.post(f"/ticket-fields/{field.pk}/", change)
    field.refresh_from_db()
    assert (field.key, field.label, field.kind, field.choices) == (
        "part_number", "Part", "choice", ["B"],
    )  # fmt: skip
    other = make_field("Other")
    client.post(f"/ticket-fields/{other.pk}/move/", {"way": "up"})
    move_field(CustomField.objects.get(pk=other.pk), up=True, actor=manager)
    assert [each.label for each in CustomField.objects.all()] == ["Other", "Part"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"label": "room", "kind": "text"}, "label"),
        ({"label": "New", "kind": "choice", "choices": " \n"}, "choices"),
        ({"label": "New", "kind": "nonsense"}, "kind"),
        ({"label": " ", "kind": "text"}, "label"),
    ],
)
def test_a_field_that_is_refused_says_why_beside_it(data, field, manager, client_of):
    make_field("Room")
    page = client_of(manager).post("/ticket-fields/new/", data)
    assert page.status_code == 422
    assert field in page.context["form"].errors


@pytest.mark.parametrize(
    ("label", "key"),
    [("Part number", "part_number"), ("3D", "f_3d"), ("部品", "f"), ("Room", "room_2")],
)
def test_every_label_gets_a_free_key(label, key):
    make_field("Room")
    assert free_key(label) == key


def test_the_seen_values_on_the_page_are_json(agent, client_of):
    ticket, _field = make_ticket(), make_field()
    fill_fields(ticket, {"room": '"<b>'}, actor=agent)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/fields/")
    assert json.loads(page.context["seen"]) == {"room": '"<b>'}
    assert b"<b>" not in page.content
