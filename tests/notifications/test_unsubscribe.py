"""News can be ended from the mail; correspondence cannot."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.actions import set_preference
from accounts.models import Channel, ChannelPreference
from core.models import EventRecord
from notifications.models import Notification, Rule, WayOut
from notifications.transport import build_email
from tests.factories.work import make_ticket
from tests.notifications.conftest import rows_of, use

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def news(acme, carol, agent, manager, run_events, settings):
    """Mail about a new ticket to the desk; and the receipt of the customer."""
    settings.SITE_URL = "https://desk.test"
    use("ticket.opened", "desk", channels=["email"])
    make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    return {row.user: row for row in rows_of("ticket.opened", channel="email")}


def path_of(row: Notification) -> str:
    return row.unsubscribe_url.removeprefix("https://desk.test")


def chosen(user) -> list[str]:
    return list(ChannelPreference.objects.filter(user=user).values_list("channels", flat=True))


def test_news_has_the_headers_of_one_click(news, agent):
    mail = build_email(news[agent]).message()
    key = WayOut.objects.get(user=agent).key
    assert mail["List-Unsubscribe"] == f"<https://desk.test/news/stop/{key}/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_correspondence_has_none(news, carol):
    mail = build_email(news[carol]).message()
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


def test_no_rule_for_customers_or_for_ones_own_work_is_news(acme, carol, alice, run_events):
    Rule.objects.update(channels=["email"])
    make_ticket(acme, requester=carol.contact, technician=alice.technician, actor=carol)
    run_events()
    rows = Notification.objects.filter(channel="email").exclude(unsubscribe_url="")
    assert set(rows.values_list("rule__audience", flat=True)) <= {
        "desk", "team", "queue", "followers", "manager", "sales",
    }  # fmt: skip
    assert not rows.filter(user__in=[carol]).exists()


def test_without_https_a_person_has_to_press(news, agent):
    news[agent].unsubscribe_url = "http://desk.test/news/stop/x/"
    mail = build_email(news[agent]).message()
    assert mail["List-Unsubscribe"] == "<http://desk.test/news/stop/x/>"
    assert mail["List-Unsubscribe-Post"] is None


def test_one_link_per_person_and_kind_in_all_mails(news, acme, carol, agent, manager, run_events):
    make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    rows = rows_of("ticket.opened", channel="email", user=agent)
    assert len({row.unsubscribe_url for row in rows}) == 1
    assert len(rows) == 2
    assert WayOut.objects.count() == 2
    assert news[agent].unsubscribe_url != news[manager].unsubscribe_url


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(method, news, agent):
    for _ in range(3):
        page = getattr(Client(), method)(path_of(news[agent]))
        assert page.status_code == 200
    assert chosen(agent) == []


def test_a_mail_program_ends_it_with_one_post(news, agent, manager):
    client = Client(enforce_csrf_checks=True)
    page = client.post(path_of(news[agent]), ONE_CLICK)
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert chosen(agent) == [[Channel.PUSH, Channel.BELL]]
    assert chosen(manager) == []
    happened = EventRecord.objects.get(name="account.preference_changed")
    assert (happened.actor, happened.payload["kind"]) == (agent, "new_tickets")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["email", "sms"], ["bell"]),
        (["email", "bell"], ["bell"]),
        (["email", "push"], ["push", "bell"]),
    ],
)
def test_it_is_in_the_bell_then_and_push_stays_as_they_chose_it(before, after, news, agent):
    agent.phone = "+447700900123"
    agent.save()
    set_preference(agent, "new_tickets", before, actor=agent)
    Client().post(path_of(news[agent]))
    assert chosen(agent) == [after]


def test_twice_is_once(news, agent):
    for _ in range(2):
        assert Client().post(path_of(news[agent])).status_code == 200
    assert EventRecord.objects.filter(name="account.preference_changed").count() == 1


def test_afterwards_no_such_mail_comes(news, acme, carol, agent, run_events):
    Client().post(path_of(news[agent]))
    Notification.objects.all().delete()
    make_ticket(acme, requester=carol.contact, actor=carol)
    run_events()
    assert rows_of("ticket.opened", channel="email", user=agent) == []


@pytest.mark.parametrize("key", ["x", "0" * 43, "1"])
def test_a_key_nobody_has_is_404(key, news):
    assert Client().get(f"/news/stop/{key}/").status_code == 404
    assert Client().post(f"/news/stop/{key}/").status_code == 404


def test_an_admin_can_take_a_link_away(news, admin, agent, client_of):
    way = WayOut.objects.get(user=agent)
    page = client_of(admin).get(f"/admin/notifications/wayout/{way.pk}/change/")
    assert way.key not in page.content.decode()
    way.delete()
    assert Client().post(path_of(news[agent])).status_code == 404


def test_the_key_is_chance_alone(news, agent, manager):
    one, other = WayOut.objects.order_by("pk")
    assert len(one.key) == len(other.key) == 43
    assert one.key != other.key


@pytest.mark.parametrize("values", [{"kind": "nope"}, {"key": "short"}, {"key": ""}])
def test_the_database_holds_the_rules_too(values, agent):
    with pytest.raises(IntegrityError, match="wayout_"), transaction.atomic():
        WayOut.objects.create(**{"user": agent, "kind": "visits", **values})


def test_once_per_person_and_kind(agent):
    WayOut.objects.create(user=agent, kind="visits")
    with pytest.raises(IntegrityError, match="wayout_once"), transaction.atomic():
        WayOut.objects.create(user=agent, kind="visits")
