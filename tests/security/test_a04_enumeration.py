"""A04: nobody can find out from outside who has an account."""

import re

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import mailbridge
from tests.accounts.mailbox import register, sign_in
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
UNKNOWN = "nobody@desk.test"
NOT_SAID = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^}]+|[\w.]+@desk\.test'
)


@pytest.fixture
def known(db):
    return make_user(email="known@desk.test").email


@pytest.fixture
def unusable(db):
    user = make_user(email="unusable@desk.test")
    user.set_unusable_password()
    user.save()
    return user.email


def seen(answer) -> tuple:
    """What the person asking sees."""
    return (
        answer.status_code,
        answer.headers.get("Location"),
        NOT_SAID.sub("", answer.content.decode()),
    )


def reset(email: str):
    return Client().post("/accounts/password/reset/", {"email": email})


def try_to_sign_in(email: str):
    return sign_in(email, "wrong password 1")[1]


def sign_up(email: str):
    client, answer = register(email)
    return client.get(answer.headers["Location"])


DOORS = {"login": try_to_sign_in, "reset": reset, "signup": sign_up}


@pytest.mark.parametrize("door", DOORS)
def test_the_answer_is_the_same(door, known, unusable, mails):
    answers = {seen(DOORS[door](email)) for email in [known, UNKNOWN, unusable]}
    assert len(answers) == 1


@pytest.mark.parametrize("door", ["reset", "signup"])
def test_a_broken_mailer_changes_nothing_visible(door, known, monkeypatch, settings):
    """The mail is only written down; sending happens elsewhere and later."""
    settings.EMAIL_BACKEND = "notifications.backends.OutboxOnlyBackend"
    assert seen(DOORS[door](known)) == seen(DOORS[door](UNKNOWN))


def test_a_reset_does_the_same_queries_for_everybody(known, mails, django_assert_num_queries):
    from django.db import connection

    def queries(email):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            reset(email)
        return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured]

    assert queries(known) == queries(UNKNOWN)


def test_strangers_get_no_mail(mails, committing):
    with committing():
        reset(UNKNOWN)
    assert mails == []


def test_registering_twice_tells_the_owner_not_the_asker(known, mails):
    register(known)
    assert [mail.to for mail in mails] == [known]
    assert "already have an account" in mails[0].subject


@pytest.mark.parametrize("door", ["login", "signup"])
def test_a_password_is_hashed_as_often_for_everybody(door, known, unusable, mails, monkeypatch):
    """Hashing is nearly all of the time; counted, because a clock in a busy test run lies."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    count = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: count.append(1) or real(*args))

    def hashes(email):
        count.clear()
        DOORS[door](email)
        return len(count)

    assert hashes(known) == hashes(UNKNOWN) == hashes(unusable) == 1


def test_the_invitation_of_a_known_address_is_said_only_to_administrators(known, client):
    answer = client.post("/people/invite/", {"email": known, "role": "agent"})
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_without_an_outbox_the_mail_is_refused_loudly(monkeypatch):
    monkeypatch.setattr(mailbridge, "_sender", None)
    with pytest.raises(RuntimeError):
        mailbridge.queue_mail("a@b.test", "s", "t")
