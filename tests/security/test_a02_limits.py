"""A02: the limits of sign-in trip at the same count whatever the headers claim."""

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from tests.accounts.mailbox import is_in, sign_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "wrong password 1"


def attempts_until_refused(email: str, headers) -> int:
    """How many wrong passwords are answered as such before the limit."""
    for number in range(40):
        _, answer = sign_in(email, f"{WRONG}{number}", **headers(number))
        if answer.status_code == 429 or b"Too many failed" in answer.content:
            return number
    return 40


SPOOFS = {
    "nothing": lambda n: {},
    "x-forwarded-for": lambda n: {"HTTP_X_FORWARDED_FOR": f"10.1.{n}.7"},
    "cf-connecting-ip": lambda n: {"HTTP_CF_CONNECTING_IP": f"10.1.{n}.7"},
    "real and forwarded": lambda n: {
        "HTTP_X_REAL_IP": f"10.1.{n}.7",
        "HTTP_FORWARDED": f"for=10.1.{n}.7",
        "HTTP_TRUE_CLIENT_IP": f"10.1.{n}.7",
        "HTTP_X_CLIENT_IP": f"10.1.{n}.7",
    },
    "several hops": lambda n: {"HTTP_X_FORWARDED_FOR": f"10.1.{n}.7, 10.2.{n}.8"},
}


@pytest.mark.parametrize("spoof", SPOOFS)
def test_ten_wrong_passwords_are_enough(spoof, agent):
    assert attempts_until_refused(agent.email, SPOOFS[spoof]) == 9
    _, answer = sign_in(agent.email)  # the right one, too late
    assert answer.status_code == 429
    assert b"Wait a few minutes" in answer.content


def test_an_unknown_address_is_limited_alike():
    assert attempts_until_refused("nobody@desk.test", SPOOFS["nothing"]) == 9


def test_spelling_the_address_differently_does_not_help(agent):
    spellings = ["erin@desk.test", "ERIN@desk.test", " Erin@Desk.Test ", "erin@DESK.TEST"]
    for number in range(10):
        sign_in(spellings[number % 4], f"{WRONG}{number}")
    assert sign_in(agent.email)[1].status_code == 429


def test_many_accounts_from_one_place_are_limited_too(agent):
    """Password spraying: one try per account."""
    for number in range(20):
        sign_in(f"person{number}@desk.test", WRONG)
    _, answer = sign_in(agent.email)
    assert b"Too many failed login attempts" in answer.content


def test_another_place_is_not_locked_out(agent):
    for number in range(12):
        sign_in(agent.email, f"{WRONG}{number}")
    client, _ = sign_in(agent.email, REMOTE_ADDR="192.0.2.44")
    assert is_in(client)


def test_a_colleague_in_the_same_place_is_not_locked_out(agent, sam):
    for number in range(12):
        sign_in(agent.email, f"{WRONG}{number}")
    client, _ = sign_in(sam.email)
    assert is_in(client)


def test_the_trusted_proxys_word_counts_and_no_other(agent, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(10):
        # The client invents the first part, our proxy appends the last.
        forwarded = f"10.9.{number}.1, 198.51.100.7"
        sign_in(agent.email, f"{WRONG}{number}", HTTP_X_FORWARDED_FOR=forwarded)
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"198.51.100.7"}
    _, answer = sign_in(agent.email, HTTP_X_FORWARDED_FOR="10.9.99.1, 198.51.100.7")
    assert answer.status_code == 429


def test_the_log_names_the_real_address_and_no_password(agent):
    sign_in(agent.email, WRONG, HTTP_X_FORWARDED_FOR="10.6.6.6")
    row = AccessAttempt.objects.get()
    assert (row.ip_address, row.username) == ("127.0.0.1", agent.email)
    assert WRONG not in f"{row.get_data}{row.post_data}{row.path_info}"


def test_the_doors_of_reset_and_signup_are_limited(mails):
    cache.clear()
    codes = {
        Client()
        .post(
            "/accounts/password/reset/",
            {"email": "one@desk.test"},
            HTTP_X_FORWARDED_FOR=f"10.0.0.{number}",
        )
        .status_code
        for number in range(8)
    }
    assert codes == {302, 429}
    codes = [
        Client()
        .post("/accounts/signup/", {"email": "x"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        .status_code
        for number in range(22)
    ]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_a_mail_about_the_password_holds_no_header(agent, client_of, mails):
    client = client_of(agent)
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another long sentence 7"},
        HTTP_USER_AGENT="<b>canary</b>",
        HTTP_X_FORWARDED_FOR="10.66.66.66",
    )
    whole = f"{mails[0].subject}{mails[0].text}{mails[0].html}"
    assert "canary" not in whole
    assert "10.66" not in whole
