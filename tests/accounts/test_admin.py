"""The back office of accounts."""

import pytest
from django.urls import reverse

from accounts import actions
from accounts.errors import AlreadyHasAccount
from accounts.models import User
from core.models import EventRecord
from tests.accounts.mailbox import is_in, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
MODELS = ["user", "team", "invitation", "channelpreference", "signupdetails", "resetrequest"]


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_searches(model, admin, client_of):
    url = reverse(f"admin:accounts_{model}_changelist")
    assert client_of(admin).get(url, {"q": "a b"}).status_code == 200


def test_a_user_is_made_with_an_address_the_desk_vouches_for(admin, client_of):
    data = {
        "email": "New@Desk.Test", "name": "New", "usable_password": "true",
        "password1": PASSWORD, "password2": PASSWORD,
        "channel_preferences-TOTAL_FORMS": "0", "channel_preferences-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = client_of(admin).post(reverse("admin:accounts_user_add"), data)
    assert answer.status_code == 302, answer.content
    assert is_in(sign_in("new@desk.test")[0])


def test_rules_have_no_side_door(admin, agent, client_of):
    url = reverse("admin:accounts_user_change", args=[agent.pk])
    client = client_of(admin)
    page = client.get(url).content.decode()
    for field in ["is_superuser", "is_staff", "is_active", "groups"]:
        assert f'name="{field}"' not in page
    data = {
        "email": "erin2@desk.test", "name": "Erin", "locale": "en-gb",
        "time_zone": "Europe/London", "theme": "auto", "is_superuser": "on", "is_staff": "on",
        "channel_preferences-TOTAL_FORMS": "0", "channel_preferences-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    changed = User.objects.get(pk=agent.pk)
    assert not changed.is_superuser
    assert not changed.is_staff
    assert is_in(sign_in("erin2@desk.test")[0])


def test_the_tokens_hash_is_never_shown(admin, client_of, mails):
    invitation = actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    page = client_of(admin).get(reverse("admin:accounts_invitation_change", args=[invitation.pk]))
    assert page.status_code == 200
    assert invitation.token_hash.encode() not in page.content


PROFILE = {
    "single_keys": "on",
    "name": "Erin", "locale": "en-gb", "time_zone": "Europe/London", "theme": "auto",
    "channel_preferences-TOTAL_FORMS": "0", "channel_preferences-INITIAL_FORMS": "0",
}  # fmt: skip


def told(person) -> list[tuple[str, str]]:
    """(event, who did it) of a person, oldest first."""
    rows = EventRecord.objects.filter(subject_type="accounts.user", subject_id=person.pk)
    return list(rows.order_by("pk").values_list("name", "actor_name"))


def test_another_address_is_written_down_and_the_old_one_told(admin, agent, client_of, mails):
    url = reverse("admin:accounts_user_change", args=[agent.pk])
    client_of(admin).post(url, PROFILE | {"email": "Erin2@desk.test", "name": "Erin Agent"})
    assert told(agent) == [("account.email_changed", "Ada Admin")]
    assert [mail.to for mail in mails] == ["erin@desk.test"]
    assert "erin2@" not in mails[0].text
    assert list(agent.emailaddress_set.values_list("email", "verified")) == [
        ("erin2@desk.test", True)
    ]


def test_another_name_is_written_down_and_nobody_is_mailed(admin, agent, client_of, mails):
    url = reverse("admin:accounts_user_change", args=[agent.pk])
    client_of(admin).post(url, PROFILE | {"email": agent.email})
    assert told(agent) == [("account.profile_changed", "Ada Admin")]
    assert mails == []


def test_an_address_somebody_has_is_refused(admin, agent, manager, client_of, mails):
    url = reverse("admin:accounts_user_change", args=[agent.pk])
    client_of(admin).post(url, PROFILE | {"email": manager.email.upper()})
    with pytest.raises(AlreadyHasAccount):
        actions.change_email(agent, manager.email.upper(), actor=admin)
    assert told(agent) == []
    assert mails == []


@pytest.mark.parametrize(
    "data",
    [
        {"password1": "brand new words 55", "password2": "brand new words 55"},
        {"password1": PASSWORD, "password2": PASSWORD},  # the same again
        {"usable_password": "false", "unset-password": "1"},
    ],
)
def test_a_password_set_by_an_administrator(data, admin, agent, client_of, mails):
    """Written down with who did it; the person is told and signed out everywhere."""
    theirs, client = client_of(agent), client_of(admin)
    url = reverse("admin:auth_user_password_change", args=[agent.pk])
    answer = client.post(url, {"usable_password": "true"} | data)
    assert answer.status_code == 302, answer.content
    assert told(agent) == [("account.password_changed", "Ada Admin")]
    assert not is_in(theirs)
    assert is_in(client)
    assert [mail.to for mail in mails] == [agent.email]


def test_an_administrators_own_new_password_keeps_this_browser_only(admin, client_of, mails):
    here, elsewhere = client_of(admin), client_of(admin)
    url = reverse("admin:auth_user_password_change", args=[admin.pk])
    words = "brand new words 55"
    here.post(url, {"usable_password": "true", "password1": words, "password2": words})
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_disabled_persons_sessions_end(admin, agent, client_of):
    theirs = client_of(agent)
    actions.disable_user(agent, actor=admin)
    assert not is_in(theirs)
    actions.enable_user(agent, actor=admin)
    assert not is_in(theirs)


def test_a_new_account_is_written_down(admin, client_of):
    data = {
        "email": "new@desk.test", "name": "New", "usable_password": "true",
        "password1": PASSWORD, "password2": PASSWORD,
        "channel_preferences-TOTAL_FORMS": "0", "channel_preferences-INITIAL_FORMS": "0",
    }  # fmt: skip
    client_of(admin).post(reverse("admin:accounts_user_add"), data)
    person = User.objects.get(email="new@desk.test")
    assert told(person) == [("account.created", "Ada Admin")]
