"""Colleagues of the desk own tickets; only technicians are given jobs."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from accounts.actions import set_roles
from accounts.models import User
from accounts.roles import Role
from core.models import EventRecord
from technicians import actions
from technicians.actions import set_hours
from technicians.models import Technician
from tests.factories.people import make_technician, make_user
from tests.factories.work import make_ticket
from tickets.actions import propose


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.ADMIN])
def test_who_works_at_the_desk_gets_a_profile_once(db: None, role: str) -> None:
    user = make_user(role)
    made = actions.follow_roles(user)
    assert made is not None
    assert (made.is_dispatched, made.works_in_field) == (False, False)
    assert actions.follow_roles(user) == made
    assert EventRecord.objects.filter(name="technician.created").count() == 1


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.SALES, Role.CUSTOMER])
def test_nobody_else_gets_one(db: None, role: str) -> None:
    assert actions.follow_roles(make_user(role)) is None
    assert not Technician.objects.exists()


def test_a_technician_of_the_desk_is_given_jobs_as_long_as_the_role_lasts(manager: User) -> None:
    user = make_user(Role.AGENT)
    actions.follow_roles(user)
    set_roles(user, [Role.AGENT, Role.TECHNICIAN], actor=manager)
    actions.follow_roles(user)
    assert Technician.objects.get(user=user).is_dispatched
    set_roles(user, [Role.SALES], actor=manager)
    actions.follow_roles(user)
    left = Technician.objects.get(user=user)
    assert not left.is_dispatched
    assert left not in Technician.objects.assignable()


@pytest.mark.django_db(transaction=True)
def test_other_roles_are_followed(manager: User) -> None:
    user = make_user(Role.SALES)
    set_roles(user, [Role.AGENT], actor=manager)
    assert Technician.objects.filter(user=user).exists()


def test_the_ranking_knows_no_colleague_of_the_desk(db: None) -> None:
    agent, technician = actions.follow_roles(make_user(Role.AGENT)), make_technician()
    assert agent is not None
    set_hours(agent, [(day, 0, 1440) for day in range(7)], actor=None)
    found = propose(make_ticket(), also=[agent.pk])
    named = {one.technician_id for one in [*found.candidates, *found.excluded]}
    assert named == {technician.pk}


def test_the_migration_makes_the_profiles_of_those_who_are_there(db: None) -> None:
    agent, both, sales = make_user(Role.AGENT), make_user(Role.MANAGER), make_user(Role.SALES)
    both.groups.add(*make_user(Role.TECHNICIAN).groups.all())
    kept, former = make_technician(), make_technician(user=sales)
    module = importlib.import_module("technicians.migrations.0003_desk_profiles")
    with connection.schema_editor() as editor:
        module.follow_roles(apps, editor)
    found = dict(Technician.objects.values_list("user", "is_dispatched"))
    assert found == {
        agent.pk: False, both.pk: True, kept.user_id: True, former.user_id: False,
    }  # fmt: skip
