"""The mails of accounts land in the real outbox."""

import pytest

from notifications.models import Notification
from tests.accounts.mailbox import register

pytestmark = pytest.mark.django_db


def test_a_registration_is_one_row_with_both_parts(client):
    register("nia@new.test", client=client)
    row = Notification.objects.get()
    assert row.channel == "email"
    assert row.address == "nia@new.test"
    assert "/accounts/confirm-email/" in row.body_text
    assert "/accounts/confirm-email/" in row.body_html
    assert row.subject.startswith("Confirm your e-mail address")
