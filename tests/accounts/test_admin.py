"""The back office of accounts."""

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import User
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
