"""A08: an invitation dies: of age, when a newer one is sent, when it is revoked or used."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, User
from core.models import EventRecord
from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def refused_everywhere(link: str, reason: str) -> bool:
    """410 on look and on use, no account; the use leaves a line in the audit log, no look does."""
    people = User.objects.count()
    for client in [Client(), Client()]:
        lines = EventRecord.objects.count()
        assert client.get(link).status_code == 410
        assert EventRecord.objects.count() == lines
        answer = client.post(link, {"name": "Z", "password": PASSWORD})
        assert answer.status_code == 410
    rows = EventRecord.objects.filter(name="account.invitation_refused")
    assert rows.filter(payload={"reason": reason}).exists()
    return User.objects.count() == people


@pytest.fixture
def invited(admin, mails):
    return actions.invite_staff(email="z@desk.test", role="admin", actor=admin)


def test_one_of_eight_days(invited, mails):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert refused_everywhere(mails[0].link, "expired")


def test_it_lives_seven_days(invited):
    left = invited.expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_the_older_of_two(invited, admin, mails):
    actions.invite_staff(email="Z@desk.test", role="agent", actor=admin)
    assert refused_everywhere(mails[0].link, "revoked")
    assert Client().get(mails[1].link).status_code == 200


def test_a_revoked_one(invited, admin, mails):
    actions.revoke_invitation(invited, actor=admin)
    assert refused_everywhere(mails[0].link, "revoked")


def test_a_used_one(invited, mails):
    Client().post(mails[0].link, {"name": "Z", "password": PASSWORD})
    assert refused_everywhere(mails[0].link, "accepted")


def test_one_whose_inviter_was_disabled(invited, admin, mails):
    actions.disable_user(admin, actor=make_user("admin"))
    assert refused_everywhere(mails[0].link, "revoked")


def test_one_whose_inviter_lost_the_role(invited, admin, mails):
    actions.set_roles(admin, ["agent"], actor=make_user("admin"))
    assert refused_everywhere(mails[0].link, "revoked")


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_one_whose_inviter_changed_before_the_rule(change, invited, admin, mails):
    """Rows of an older desk, where nothing was revoked with its inviter."""
    User.objects.filter(pk=admin.pk).update(**change)
    if "is_staff" in change:
        admin.groups.clear()
    assert refused_everywhere(mails[0].link, "inviter")


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "..", "None"])
def test_an_invented_one(token, invited):
    assert Client().get(f"/invitation/{token}/").status_code in {400, 404, 410}
    assert User.objects.filter(email="z@desk.test").count() == 0
