"""The list of people and one person: managers look, administrators change."""

import pytest

from accounts import actions
from accounts.errors import LastAdministrator, NeedsRole, NotOfStaff
from accounts.models import User
from core.models import EventRecord
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_the_list_shows_staff_and_customers_only_when_asked(manager, agent, carol, client_of):
    client = client_of(manager)
    page = client.get("/people/").content.decode()
    assert agent.email in page
    assert carol.email not in page
    page = client.get("/people/", {"role": "customer"}).content.decode()
    assert carol.email in page
    assert agent.email not in page


def test_it_is_searched_filtered_and_exported(manager, agent, sam, client_of):
    client = client_of(manager)
    assert sam.email not in client.get("/people/", {"q": "erin"}).content.decode()
    assert agent.email not in client.get("/people/", {"role": "sales"}).content.decode()
    actions.disable_user(sam, actor=manager)
    assert agent.email not in client.get("/people/", {"active": "no"}).content.decode()
    file = b"".join(client.get("/people/", {"format": "csv"}).streaming_content).decode()
    assert "Agent" in file
    assert agent.email in file


@pytest.mark.parametrize("who", ["agent", "sam", "alice"])
def test_others_are_refused(who, request, admin, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get("/people/").status_code == 403
    assert client.get(f"/people/{admin.pk}/").status_code == 403


def test_a_customer_does_not_even_find_it(carol, client_of):
    assert client_of(carol).get("/people/").status_code == 404


def test_a_manager_looks_but_changes_nothing(manager, agent, client_of):
    client = client_of(manager)
    page = client.get(f"/people/{agent.pk}/")
    assert page.status_code == 200
    assert b"Save roles" not in page.content
    assert client.post(f"/people/{agent.pk}/", {"roles": ["admin"]}).status_code == 403
    assert client.post(f"/people/{agent.pk}/disable/").status_code == 403
    assert client.get("/people/invite/").status_code == 403
    agent.refresh_from_db()
    assert agent.is_active
    assert not agent.is_admin


def test_the_list_costs_the_same_for_many(manager, client_of, django_assert_max_num_queries):
    client = client_of(manager)
    client.get("/people/")
    for _ in range(20):
        make_user("agent")
    with django_assert_max_num_queries(12):
        client.get("/people/")


def test_an_administrator_gives_roles(admin, agent, client_of):
    client = client_of(admin)
    answer = client.post(f"/people/{agent.pk}/", {"roles": ["technician", "admin"]})
    assert answer.status_code == 302
    person = User.objects.get(pk=agent.pk)
    assert person.role_names == {"technician", "admin"}
    assert person.is_staff
    client.post(f"/people/{agent.pk}/", {"roles": ["technician"]})
    assert not User.objects.get(pk=agent.pk).is_staff
    assert EventRecord.objects.filter(name="account.roles_changed", actor=admin).count() == 2


@pytest.mark.parametrize("roles", [[], ["customer"], ["god"]])
def test_impossible_roles_are_refused(roles, admin, agent, client_of):
    answer = client_of(admin).post(f"/people/{agent.pk}/", {"roles": roles})
    assert answer.status_code == 422
    assert User.objects.get(pk=agent.pk).role_names == {"agent"}


def test_a_customers_account_never_becomes_staff(admin, carol, client_of):
    with pytest.raises(NotOfStaff):
        actions.set_roles(carol, ["admin"], actor=admin)
    assert client_of(admin).post(f"/people/{carol.pk}/", {"roles": ["admin"]}).status_code == 422
    with pytest.raises(NeedsRole):
        actions.set_roles(admin, [], actor=admin)


def test_the_last_administrator_stays(admin, client_of):
    with pytest.raises(LastAdministrator):
        actions.set_roles(admin, ["agent"], actor=admin)
    answer = client_of(admin).post(f"/people/{admin.pk}/disable/", follow=True)
    assert b"last active administrator" in answer.content
    admin.refresh_from_db()
    assert admin.is_active


def test_one_of_two_administrators_may_leave(admin):
    second = make_user("admin")
    actions.disable_user(second, actor=admin)
    with pytest.raises(LastAdministrator):
        actions.disable_user(admin, actor=admin)
    actions.enable_user(second, actor=admin)
    actions.disable_user(admin, actor=second)
    assert EventRecord.objects.filter(name="account.disabled").count() == 2
    assert EventRecord.objects.filter(name="account.enabled").count() == 1


def test_disabling_and_enabling_by_the_page(admin, agent, client_of):
    client = client_of(admin)
    client.post(f"/people/{agent.pk}/disable/")
    assert not User.objects.get(pk=agent.pk).is_active
    client.post(f"/people/{agent.pk}/enable/")
    assert User.objects.get(pk=agent.pk).is_active
    history = client.get(f"/people/{agent.pk}/").content
    assert b"disabled the account" in history
