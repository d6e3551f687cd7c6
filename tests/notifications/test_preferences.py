"""One's own matrix of news and channels, quiet hours and collected mails."""

import re

import pytest
from django.db import IntegrityError, transaction

from accounts import actions
from accounts.errors import NeedsPhone
from accounts.models import ChannelPreference, NewsTimes
from core.models import EventRecord
from notifications.forms import kinds_for, suggested

pytestmark = pytest.mark.django_db
PAGE = "/account/preferences/"
TIMES = {"digest": "none", "digest_at_minutes": "08:00", "urgent_comes_through": "on"}


def typed(user, **changes):
    """The form as it stands, with changes."""
    boxes = {kind.value: sorted(suggested(user)[kind]) for kind in kinds_for(user)}
    return boxes | TIMES | changes


def test_a_customer_chooses_among_their_own_kinds(carol, client_of):
    page = client_of(carol).get(PAGE).content.decode()
    assert 'name="ticket_updates"' in page
    assert 'name="visits"' in page
    assert "assignments" not in page
    assert "desk_alerts" not in page
    assert 'name="digest"' not in page
    assert "outside my working hours" not in page


def test_sms_needs_a_phone(carol, alice, client_of):
    assert b'value="sms"' not in client_of(carol).get(PAGE).content
    assert b'value="sms"' in client_of(alice).get(PAGE).content
    answer = client_of(carol).post(PAGE, {"visits": ["sms"]})
    assert answer.status_code == 422
    with pytest.raises(NeedsPhone):
        actions.set_preference(carol, "visits", ["sms"], actor=carol)
    assert not ChannelPreference.objects.exists()


def test_a_choice_is_kept_changed_and_given_back(alice, client_of):
    client = client_of(alice)
    for chosen, kept in [(["email"], ["email"]), ([], []), (["bell", "push", "sms"], None)]:
        assert client.post(PAGE, typed(alice, assignments=chosen)).status_code == 302
        found = ChannelPreference.objects.filter(user=alice).values_list("channels", flat=True)
        assert list(found) == ([] if kept is None else [kept])
    assert EventRecord.objects.filter(name="account.preference_changed").count() == 3


def test_what_the_desk_suggests_is_no_choice_and_shown_as_checked(agent, client_of):
    client = client_of(agent)
    assert client.post(PAGE, typed(agent)).status_code == 302
    assert not ChannelPreference.objects.exists()
    assert not NewsTimes.objects.exists()
    page = client.get(PAGE).content.decode()
    boxes = re.findall(r'<input[^>]*name="new_tickets"[^>]*>', page)
    assert [("checked" in box) for box in boxes] == [False, False, True]  # the bell alone


def test_one_button_takes_all_choices_back(agent, client_of):
    client = client_of(agent)
    client.post(PAGE, typed(agent, replies=[], mentions=["bell"]))
    assert ChannelPreference.objects.count() == 2
    assert client.post(PAGE, {"suggested": "1"}).status_code == 302
    assert not ChannelPreference.objects.exists()


def test_quiet_hours_over_midnight_are_kept_and_shown(agent, client_of):
    client = client_of(agent)
    quiet = {"quiet_from_minutes": "22:00", "quiet_to_minutes": "07:30", "digest": "daily"}
    assert client.post(PAGE, typed(agent, **quiet)).status_code == 302
    times = NewsTimes.objects.get(user=agent)
    assert (times.quiet_from_minutes, times.quiet_to_minutes) == (1320, 450)
    assert (times.digest, times.urgent_comes_through) == ("daily", True)
    assert 'value="22:00"' in client.get(PAGE).content.decode()
    (said,) = EventRecord.objects.filter(name="account.news_times_changed")
    assert "22" not in str(said.payload)  # when somebody sleeps is nobody's business


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"quiet_from_minutes": "22:00"}, "Give both times"),
        ({"quiet_from_minutes": "22:00", "quiet_to_minutes": "22:00"}, "must not be the beginning"),
        ({"quiet_from_minutes": "25:99", "quiet_to_minutes": "07:00"}, "valid time"),
        ({"digest": "weekly"}, "not one of the available choices"),
        ({"replies": ["pigeon"]}, "not one of the available choices"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_kept(agent, client_of, wrong, words):
    answer = client_of(agent).post(PAGE, typed(agent, mentions=[], **wrong))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ChannelPreference.objects.exists()
    assert not NewsTimes.objects.exists()


def test_the_database_refuses_unknown_channels_and_half_quiet_hours(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelPreference.objects.create(user=alice, kind="visits", channels=["pigeon"])
    for wrong in [
        {"quiet_from_minutes": 60},
        {"quiet_from_minutes": 60, "quiet_to_minutes": 60},
        {"quiet_from_minutes": 60, "quiet_to_minutes": 1440},
        {"digest": "weekly"},
        {"digest_at_minutes": 1440},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            NewsTimes.objects.create(user=alice, **wrong)
