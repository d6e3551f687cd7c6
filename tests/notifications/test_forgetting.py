"""A deleted customer's news is neither sent nor kept."""

import pytest

from customers.actions import delete_customer
from notifications.actions import forget_news
from notifications.models import Notification, State
from tests.factories.work import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_deleting_a_customer_stops_and_blanks_their_news(acme, admin):
    make_ticket(acme, subject="Private matter")
    Notification.objects.filter(address__contains="@").update(state=State.QUEUED, sent_at=None)
    assert Notification.objects.filter(subject__contains="Private matter").exists()
    delete_customer(acme, actor=admin)
    rows = Notification.objects.all()
    assert not rows.filter(state__in=[State.QUEUED, State.SENDING]).exists()
    assert set(rows.values_list("address", "subject", "body_text")) == {("", "", "")}


def test_news_of_others_stays(acme, globex, admin):
    make_ticket(acme)
    other = make_ticket(globex, subject="Other matter")
    forget_news([other.pk + 1000])
    assert Notification.objects.filter(subject__contains="Other matter").exists()
