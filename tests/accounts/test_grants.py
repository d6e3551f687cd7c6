"""The roles' permissions follow the models."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from accounts.grants import grant_permissions
from accounts.roles import Role
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "permission", "has"),
    [
        (Role.ADMIN, "axes.delete_accessattempt", True),
        (Role.ADMIN, "tickets.change_ticket", True),
        (Role.MANAGER, "tickets.change_ticket", True),
        (Role.MANAGER, "core.view_eventrecord", True),
        (Role.MANAGER, "accounts.change_user", False),
        (Role.AGENT, "tickets.add_ticket", True),
        (Role.AGENT, "technicians.change_technician", False),
        (Role.AGENT, "knowledgebase.change_article", True),
        (Role.TECHNICIAN, "knowledgebase.change_article", False),
        (Role.TECHNICIAN, "servicelogs.add_servicelog", True),
        (Role.TECHNICIAN, "servicelogs.change_servicelog", False),
        (Role.SALES, "tickets.change_ticket", False),
        (Role.SALES, "customers.change_customer", True),
        (Role.CUSTOMER, "tickets.view_ticket", False),
    ],
)
def test_who_may_what(role, permission, has):
    assert make_user(role).has_perm(permission) is has


def test_an_administrator_has_every_permission_there_is():
    assert Group.objects.get(name="admin").permissions.count() == Permission.objects.count()


def test_running_again_repairs_and_changes_nothing_else():
    agents = Group.objects.get(name="agent")
    before = set(agents.permissions.values_list("pk", flat=True))
    agents.permissions.remove(Permission.objects.get(codename="view_ticket"))
    agents.permissions.add(Permission.objects.get(codename="delete_ticket"))
    for _ in range(2):
        grant_permissions(apps.get_app_config("tickets"))
    assert set(agents.permissions.values_list("pk", flat=True)) == before


def test_roles_come_back_after_a_flush():
    Group.objects.all().delete()
    grant_permissions(apps.get_app_config("tickets"))
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
