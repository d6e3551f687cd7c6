"""Inviting colleagues and their way in."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import actions
from accounts.errors import AlreadyHasAccount, InvitationNotOpen, NotOfStaff
from accounts.models import Invitation, User
from core.models import EventRecord
from technicians.models import Technician
from tests.accounts.mailbox import is_in, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_whole_way(admin, client_of, mails):
    data = {"email": "Zoe@Desk.Test", "name": "Zoe", "role": "agent"}
    assert client_of(admin).post("/people/invite/", data).status_code == 302
    assert mails[0].to == "zoe@desk.test"
    newcomer = Client()
    assert b"Agent" in newcomer.get(mails[0].link).content
    answer = newcomer.post(mails[0].link, {"name": "Zoe Zimmer", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert is_in(newcomer)
    user = User.objects.get(email="zoe@desk.test")
    assert user.role_names == {"agent"}
    assert not user.is_staff
    assert user.name == "Zoe Zimmer"
    assert is_in(sign_in("zoe@desk.test")[0])
    names = set(EventRecord.objects.values_list("name", flat=True))
    assert {"account.invited", "account.invitation_accepted"} <= names


def test_an_invited_administrator_opens_the_administration(admin, mails):
    actions.invite_staff(email="z@desk.test", role="admin", actor=admin)
    Client().post(mails[0].link, {"name": "Z", "password": PASSWORD})
    assert User.objects.get(email="z@desk.test").is_staff


@pytest.mark.django_db(transaction=True)
def test_an_invited_agent_can_own_tickets(admin, mails):
    actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    Client().post(mails[0].link, {"name": "Z", "password": PASSWORD})
    assert Technician.objects.get(user__email="z@desk.test").is_dispatched is False


def test_only_the_hash_is_stored(admin, mails):
    invitation = actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    token = mails[0].link.strip("/").split("/")[-1]
    assert len(token) >= 43  # 256 bits in base64
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values())


@pytest.mark.parametrize("who", ["agent", "carol"])
def test_who_has_an_account_is_refused_kindly(who, request, admin, client_of, mails):
    person = request.getfixturevalue(who)
    answer = client_of(admin).post(
        "/people/invite/", {"email": person.email.upper(), "role": "agent"}
    )
    assert answer.status_code == 422
    assert b"already has an account" in answer.content
    assert not mails


def test_a_customer_cannot_be_invited(admin, client_of):
    answer = client_of(admin).post("/people/invite/", {"email": "z@x.test", "role": "customer"})
    assert answer.status_code == 422
    with pytest.raises(NotOfStaff):
        actions.invite_staff(email="z@x.test", role="customer", actor=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(email="z@x.test", role="customer", expires_at=admin.date_joined)


def test_who_registered_meanwhile_keeps_their_account(admin, mails):
    actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    User.objects.create_user("z@desk.test", PASSWORD, name="Z")
    answer = Client().post(mails[0].link, {"name": "Z", "password": "something else 77"})
    assert answer.status_code == 422
    assert User.objects.get(email="z@desk.test").check_password(PASSWORD)
    with pytest.raises(AlreadyHasAccount):
        actions.invite_staff(email="z@desk.test", role="agent", actor=admin)


@pytest.mark.parametrize(
    "bad", [{"name": " "}, {"password": "short"}, {"password": "z@desk.test"}, {"name": "\x00"}]
)
def test_bad_input_keeps_the_invitation_open(bad, admin, mails):
    actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    answer = Client().post(mails[0].link, {"name": "Z", "password": PASSWORD} | bad)
    assert answer.status_code == 422
    assert b"field-error" in answer.content
    assert Client().get(mails[0].link).status_code == 200


def test_the_list_revokes_and_sends_anew(admin, client_of, mails):
    client = client_of(admin)
    first = actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    assert b"z@desk.test" in client.get("/people/invitations/").content
    client.post(f"/people/invitations/{first.pk}/resend/")
    assert mails[0].link != mails[1].link
    assert Client().get(mails[0].link).status_code == 410
    second = Invitation.objects.latest("pk")
    client.post(f"/people/invitations/{second.pk}/revoke/")
    assert Client().get(mails[1].link).status_code == 410
    page = client.post(f"/people/invitations/{second.pk}/revoke/", follow=True)
    assert b"can no longer be used" in page.content
    with pytest.raises(InvitationNotOpen):
        actions.revoke_invitation(second, actor=admin)


def test_managers_have_no_part_in_it(manager, admin, client_of, mails):
    invitation = actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    client = client_of(manager)
    assert client.get("/people/invitations/").status_code == 403
    assert client.post(f"/people/invitations/{invitation.pk}/revoke/").status_code == 403
    assert client.post(f"/people/invitations/{invitation.pk}/resend/").status_code == 403


def test_the_database_keeps_one_open_invitation_per_address(admin, mails):
    open_one = actions.invite_staff(email="z@desk.test", role="agent", actor=admin)
    open_one.pk, open_one.token_hash = None, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        open_one.save()
