"""What people set about themselves."""

import pytest

from accounts.models import ChannelPreference
from core.models import EventRecord

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Erin Agent",
    "phone": "0117 496 0142",
    "locale": "en-gb",
    "time_zone": "Europe/Berlin",
    "theme": "dark",
    "single_keys": "on",
}


def test_everybody_has_the_page_in_their_own_frame(agent, carol, alice, client_of):
    assert b'class="shell' in client_of(agent).get("/account/").content
    assert b'class="ptop"' in client_of(carol).get("/account/").content
    assert b'class="tabbar"' in client_of(alice).get("/account/").content


def test_it_is_saved_and_applied(agent, client_of):
    client = client_of(agent)
    assert client.post("/account/", GOOD).status_code == 302
    agent.refresh_from_db()
    assert agent.phone.as_e164 == "+441174960142"
    assert agent.time_zone == "Europe/Berlin"
    page = client.get("/account/").content.decode()
    assert 'data-bs-theme="dark"' in page
    assert EventRecord.objects.get(name="account.profile_changed").actor == agent


def test_the_language_is_the_pages_language(agent, client_of):
    client = client_of(agent)
    client.post("/account/", GOOD)
    assert '<html lang="en-gb"' in client.get("/account/").content.decode()


def test_single_keys_can_be_switched_off(agent, client_of):
    client = client_of(agent)
    client.post("/account/", {k: v for k, v in GOOD.items() if k != "single_keys"})
    assert b'data-single-keys="off"' in client.get("/account/").content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "a\x00b"),
        ("phone", "no phone"),
        ("phone", "12"),
        ("locale", "tlh"),
        ("locale", "de"),  # no catalogue yet: a page must not claim a language it is not in
        ("time_zone", "Mars/Olympus"),
        ("theme", "pink"),
    ],
)
def test_bad_input_is_said_beside_the_field(agent, client_of, field, value):
    answer = client_of(agent).post("/account/", GOOD | {field: value})
    assert answer.status_code == 422
    assert b"field-error" in answer.content
    agent.refresh_from_db()
    assert agent.time_zone == "Europe/London"


def test_the_page_keeps_working_when_what_was_typed_is_nonsense(agent, client_of):
    answer = client_of(agent).post("/account/", GOOD | {"theme": "pink", "name": "Erin Typed"})
    page = answer.content.decode()
    assert 'value="Erin Typed"' in page
    assert 'data-theme-choice="auto"' in page


def test_nobody_makes_themself_an_administrator(agent, client_of):
    client_of(agent).post(
        "/account/", GOOD | {"is_staff": "on", "is_superuser": "on", "email": "x@y.test"}
    )
    agent.refresh_from_db()
    assert not agent.is_staff
    assert not agent.is_superuser
    assert agent.email == "erin@desk.test"


def test_taking_the_phone_away_takes_sms_away(agent, client_of):
    agent.phone = "+441174960142"
    agent.save()
    ChannelPreference.objects.create(user=agent, kind="ticket_updates", channels=["sms"])
    client_of(agent).post("/account/", GOOD | {"phone": ""})
    assert not ChannelPreference.objects.exists()


def test_the_theme_switch_stores_and_answers_nothing(agent, client_of):
    client = client_of(agent)
    assert client.post("/account/theme/", {"theme": "light"}).status_code == 204
    agent.refresh_from_db()
    assert agent.theme == "light"
    assert client.post("/account/theme/", {"theme": "<b>"}).status_code == 400
    assert client.get("/account/theme/").status_code == 405
