"""A prepared query answers as the queryset would, key by key."""

import pytest

from accounts.models import User
from core.prepared import Prepared


def test_each_key_gets_its_own_rows_with_what_was_annotated(agent, manager):
    people = Prepared(lambda pk: User.objects.with_roles().filter(pk=pk))
    for person in (agent, manager, agent):
        (found,) = people.rows(person.pk)
        assert found == person
        assert found.role_names == person.role_names
        assert found.email == person.email
        assert not found.get_deferred_fields()


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
