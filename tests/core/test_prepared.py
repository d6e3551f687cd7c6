"""A prepared query answers as the queryset would, key by key."""

import pytest
from django.db.models.functions import Upper

from accounts.models import User
from core.prepared import Prepared
from customers.models import Contact


def test_each_key_gets_its_own_rows_with_what_was_annotated(agent, manager):
    people = Prepared(lambda pk: User.objects.with_roles().filter(pk=pk))
    for person in (agent, manager, agent):
        (found,) = people.rows(person.pk)
        assert found == person
        assert found.role_names == person.role_names
        assert found.email == person.email
        assert not found.get_deferred_fields()


def test_what_is_joined_comes_along(acme, globex, carol, django_assert_num_queries):
    people = Prepared(
        lambda pk: Contact.objects.select_related("customer", "user").filter(customer=pk)
        .annotate(shout=Upper("name")).order_by("pk")
    )  # fmt: skip
    alone = Contact.objects.create(customer=globex, name="Ünä", email="u@x.test")
    with django_assert_num_queries(2):
        (found,) = people.rows(acme.pk)
        assert (found.customer, found.customer.name) == (acme, acme.name)
        assert (found.user, found.shout) == (carol, carol.contact.name.upper())
        other = people.first(globex.pk)
        assert (other, other.user, other.shout) == (alone, None, "ÜNÄ")
    assert other.created_at == Contact.objects.get(pk=alone.pk).created_at


def test_a_key_that_is_not_there_has_no_rows(db):
    assert Prepared(lambda pk: User.objects.filter(pk=pk)).rows(1) == []


def test_other_values_stay_as_they_are(agent, manager):
    agents = Prepared(lambda pk: User.objects.filter(groups__name="agent", pk=pk))
    assert agents.rows(agent.pk) == [agent]
    assert agents.rows(manager.pk) == []


def test_a_queryset_that_does_not_ask_for_the_key_is_refused(db):
    with pytest.raises(ValueError, match="not asked for"):
        Prepared(lambda pk: User.objects.all()).rows(1)


def test_reading_the_person_of_a_session_takes_one_query(
    agent, client_of, django_assert_num_queries
):
    from accounts.backends import Backend

    with django_assert_num_queries(1):
        found = Backend().get_user(str(agent.pk))
        assert found is not None
        assert found.is_desk
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert Backend().get_user(agent.pk) is None
    assert Backend().get_user(0) is None
