"""The channel for each kind of news."""

import pytest
from django.db import IntegrityError, transaction

from accounts import actions
from accounts.errors import NeedsPhone
from accounts.models import ChannelPreference
from core.models import EventRecord

pytestmark = pytest.mark.django_db


def test_a_customer_chooses_among_their_own_kinds(carol, client_of):
    page = client_of(carol).get("/account/preferences/").content.decode()
    assert 'name="ticket_updates"' in page
    assert 'name="visits"' in page
    assert "assignments" not in page
    assert "desk_alerts" not in page


def test_sms_needs_a_phone(carol, alice, client_of):
    assert b'value="sms"' not in client_of(carol).get("/account/preferences/").content
    assert b'value="sms"' in client_of(alice).get("/account/preferences/").content
    answer = client_of(carol).post("/account/preferences/", {"visits": "sms"})
    assert answer.status_code == 422
    with pytest.raises(NeedsPhone):
        actions.set_preference(carol, "visits", "sms", actor=carol)
    assert not ChannelPreference.objects.exists()


def test_a_choice_is_kept_changed_and_given_back(alice, client_of):
    client = client_of(alice)
    for channel in ["sms", "none", ""]:
        answer = client.post("/account/preferences/", {"assignments": channel})
        assert answer.status_code == 302
        kept = ChannelPreference.objects.filter(user=alice).values_list("channel", flat=True)
        assert list(kept) == ([channel] if channel else [])
    assert EventRecord.objects.filter(name="account.preference_changed").count() == 3


def test_the_database_refuses_unknown_channels(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelPreference.objects.create(user=alice, kind="visits", channel="pigeon")
