"""Policies: what managers may promise."""

import pytest
from django.db import IntegrityError, transaction

from calendars.actions import delete_calendar
from core.checks import InvalidValue
from core.models import EventRecord
from tests.factories.promises import make_calendar, make_policy
from tickets.actions.policies import change_policy, create_policy, delete_policy, move_policy
from tickets.errors import PolicyRefused
from tickets.models import SlaPolicy

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Shops",
    "first_reply_minutes": "60",
    "next_reply_minutes": "",
    "resolution_minutes": "480",
    "pausing": ["waiting"],
    "warn_minutes": "30",
    "tells_assignee": "on",
}


def names() -> list[str]:
    return list(SlaPolicy.objects.in_order().values_list("name", flat=True))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first_reply_minutes": 481}, "first_reply_minutes"),
        (
            {"first_reply_minutes": None, "next_reply_minutes": None, "resolution_minutes": None},
            "first_reply_minutes",
        ),
        ({"first_reply_minutes": 0}, "first_reply_minutes"),
        ({"next_reply_minutes": 200_001}, "next_reply_minutes"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"priorities": [9]}, "priorities"),
        ({"pausing": ["open"]}, "pausing"),
        ({"warn_minutes": 200_001}, "warn_minutes"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused_beside_its_field(fields, field):
    with pytest.raises((PolicyRefused, InvalidValue)) as refused:
        make_policy(**fields)
    assert refused.value.field == field
    assert names() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"first_reply_minutes": 100, "resolution_minutes": 99},
        {"next_reply_minutes": 0},
        {"first_reply_minutes": None, "next_reply_minutes": None, "resolution_minutes": None},
    ],
)
def test_the_database_refuses_it_too(fields):
    policy = make_policy()
    with pytest.raises(IntegrityError), transaction.atomic():
        SlaPolicy.objects.filter(pk=policy.pk).update(**fields)


def test_a_name_is_given_once():
    make_policy("Shops")
    with pytest.raises(PolicyRefused) as refused:
        make_policy("shops")
    assert refused.value.field == "name"


def test_the_default_policy_is_one_and_asks_for_nothing():
    make_policy(is_default=True)
    with pytest.raises(PolicyRefused):
        make_policy("Second", is_default=True)
    SlaPolicy.objects.all().delete()
    with pytest.raises(PolicyRefused):
        make_policy(is_default=True, priorities=[1])


def test_a_hundred_are_enough():
    SlaPolicy.objects.bulk_create(
        SlaPolicy(name=f"P{n}", position=n, first_reply_minutes=5) for n in range(100)
    )
    with pytest.raises(PolicyRefused):
        make_policy()


def test_the_order_is_changed_and_the_default_stays_last():
    default = make_policy("Everybody", is_default=True)
    first, second = make_policy("One"), make_policy("Two")
    move_policy(second, up=True, actor=None)
    assert names() == ["Two", "One", "Everybody"]
    move_policy(second, up=True, actor=None)
    move_policy(first, up=False, actor=None)
    assert names() == ["Two", "One", "Everybody"]
    with pytest.raises(PolicyRefused):
        move_policy(default, up=True, actor=None)


def test_nothing_is_recorded_when_nothing_differs(acme):
    policy = make_policy(customers=[acme])
    change_policy(policy, {"warn_minutes": 30, "customers": [acme]}, actor=None)
    assert not EventRecord.objects.filter(name="sla_policy.changed").exists()
    change_policy(policy, {"customers": []}, actor=None)
    row = EventRecord.objects.get(name="sla_policy.changed")
    assert row.sentence == "changed customers of the policy Standard"


def test_deleting_records_it():
    delete_policy(make_policy(), actor=None)
    assert EventRecord.objects.filter(name="sla_policy.deleted").count() == 1
    assert names() == []


def test_a_calendar_in_use_stays(manager, client_of):
    calendar = make_calendar("Shop hours")
    make_policy(calendar=calendar)
    answer = client_of(manager).post(f"/calendars/{calendar.pk}/delete/", follow=True)
    assert "is still in use and was kept" in answer.content.decode()
    SlaPolicy.objects.all().delete()
    delete_calendar(calendar, actor=None)


def test_a_manager_makes_one(manager, client_of, acme, category):
    client = client_of(manager)
    typed = TYPED | {"customers": "acme dental\n\nAcme Dental", "categories": [category.pk]}
    assert client.post("/promises/new/", typed).status_code == 302
    made = SlaPolicy.objects.get()
    assert list(made.customers.all()) == [acme]
    assert list(made.categories.all()) == [category]
    assert "Shops" in client.get("/promises/").content.decode()


def test_the_first_is_the_default_one(manager, client_of):
    client = client_of(manager)
    assert "?default" in client.get("/promises/").content.decode()
    client.post("/promises/new/?default", TYPED)
    assert SlaPolicy.objects.get().is_default


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_reply_minutes": "500"}, "cannot be promised later"),
        ({"first_reply_minutes": "", "resolution_minutes": ""}, "at least one of the three"),
        ({"customers": "Nobody Ltd"}, "No customer is called “Nobody Ltd”"),
        ({"customers": "#999999"}, "No customer is called"),
        ({"name": ""}, "required"),
        ({"first_reply_minutes": "soon"}, "whole number"),
        ({"pausing": ["resolved"]}, "valid choice"),
    ],
)
def test_what_was_typed_wrongly_stays(manager, client_of, changes, words):
    answer = client_of(manager).post("/promises/new/", TYPED | changes)
    page = answer.content.decode()
    assert (answer.status_code, SlaPolicy.objects.count()) == (422, 0)
    assert words in page
    typed = next(iter(changes.values()))
    assert isinstance(typed, list) or typed in page


def test_two_customers_of_one_name_are_told_apart(manager, client_of, acme, globex):
    type(globex).objects.filter(pk=globex.pk).update(name=acme.name)
    client = client_of(manager)
    page = client.post("/promises/new/", TYPED | {"customers": acme.name})
    assert "Several customers are called" in page.content.decode()
    client.post("/promises/new/", TYPED | {"customers": f"#{globex.pk}"})
    policy = SlaPolicy.objects.get()
    assert list(policy.customers.all()) == [globex]
    assert f"#{globex.pk}" in client.get(policy.get_absolute_url()).content.decode()


def test_the_second_of_two_managers_sees_both_versions(manager, client_of):
    policy = make_policy("Shops")
    client = client_of(manager)
    page = client.get(policy.get_absolute_url())
    opened = page.context["form"]["opened"].value()
    change_policy(policy, {"warn_minutes": 45}, actor=None)
    answer = client.post(
        policy.get_absolute_url(), TYPED | {"warn_minutes": "50", "opened": opened}
    )
    assert answer.status_code == 409
    policy.refresh_from_db()
    assert policy.warn_minutes == 45


def test_moving_and_deleting_on_the_page(manager, client_of):
    make_policy("One")
    two = make_policy("Two")
    client = client_of(manager)
    client.post(f"/promises/{two.pk}/move/", {"way": "up"})
    assert names() == ["Two", "One"]
    client.post(f"/promises/{two.pk}/delete/")
    assert names() == ["One"]


def test_agents_may_not(agent, client_of):
    assert client_of(agent).get("/promises/").status_code == 403


def test_a_policy_without_a_calendar_counts_in_the_default_one(acme):
    from tests.factories.work import make_ticket

    create_policy(actor=None, name="Plain", first_reply_minutes=60)
    assert make_ticket(acme).due_at is not None
