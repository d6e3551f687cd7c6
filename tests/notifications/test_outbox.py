"""The outbox: who sees it, what it says, sending again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.models import EventRecord
from customers.models import Customer
from notifications.actions import send_due
from notifications.models import Breaker, Notification, State
from tests.factories.work import make_ticket
from tests.notifications.conftest import rows_of
from tests.notifications.test_sending import make_row

SignIn = Callable[[User], Client]
Run = Callable[[], None]


@pytest.fixture
def failed() -> Notification:
    return make_row(
        state=State.FAILED,
        event=EventRecord.objects.create(
            name="ticket.resolved",
            subject_type="tickets.ticket",
            subject_id=1,
            occurred_at=timezone.now(),
        ),
        recipient_name="Carol Contact",
        last_error="550 no such user",
        attempts=1,
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 200), ("admin", 200), ("agent", 403), ("alice", 403), ("carol", 404)],
)
def test_only_leaders_see_it(
    request: pytest.FixtureRequest, client_of: SignIn, failed: Notification, who: str, status: int
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get("/outbox/").status_code == status
    assert client.get(f"/outbox/{failed.pk}/").status_code == status
    assert client.get("/outbox/waiting/").status_code == status
    if status != 200:
        assert client.post(f"/outbox/{failed.pk}/resend/").status_code == status
        assert client.post("/outbox/resend/", {"pk": failed.pk}).status_code == status
        failed.refresh_from_db()
        assert failed.state == State.FAILED


def test_it_says_why(client_of: SignIn, manager: User, failed: Notification) -> None:
    page = client_of(manager).get("/outbox/").content.decode()
    assert "550 no such user" in page
    assert "Carol Contact" in page
    assert client_of(manager).get("/outbox/waiting/").content == b"1"


def test_without_accounts_it_says_that_nothing_is_sent(
    client_of: SignIn, admin: User, acme: Customer, alice: User, agent: User, run_events: Run
) -> None:
    make_ticket(acme, technician=alice.technician, actor=agent)
    run_events()
    send_due()
    page = client_of(admin).get("/outbox/?state=unsent").content.decode()
    assert "No SMS account is configured" in page
    assert "not sent: no SMS account configured" in page


def test_filters_and_search(client_of: SignIn, manager: User, failed: Notification) -> None:
    make_row(address="other@acme.test")
    client = client_of(manager)
    assert "other@acme.test" not in client.get("/outbox/?state=failed").content.decode()
    assert "other@acme.test" not in client.get("/outbox/?q=carol+550").content.decode()
    assert "other@acme.test" in client.get("/outbox/?channel=email").content.decode()
    assert "other@acme.test" in client.get("/outbox/?format=csv").getvalue().decode()


def test_one_is_sent_again(client_of: SignIn, manager: User, failed: Notification) -> None:
    response = client_of(manager).post(f"/outbox/{failed.pk}/resend/", follow=True)
    assert "being sent again" in response.content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.QUEUED, 0)
    record = EventRecord.objects.get(name="notification.resent")
    assert (record.subject_id, record.actor) == (failed.pk, manager)
    again = client_of(manager).post(f"/outbox/{failed.pk}/resend/", follow=True)
    assert "sent already" in again.content.decode()


def test_many_are_sent_again_and_sent_ones_stay(
    client_of: SignIn, manager: User, failed: Notification
) -> None:
    sent = make_row(state=State.SENT, sent_at=timezone.now())
    chosen = {"pk": [failed.pk, sent.pk, "x", "999999999999"]}
    page = client_of(manager).post("/outbox/resend/", chosen, follow=True).content.decode()
    assert "1 message is being sent again" in page
    sent.refresh_from_db()
    assert sent.state == State.SENT


def test_the_text_of_a_sign_in_link_is_shown_to_nobody(
    client_of: SignIn, manager: User, admin: User, settings: object
) -> None:
    settings.DEVELOPMENT = False
    row = make_row(state=State.FAILED, body_text="https://desk/CANARY-KEY")
    for user in (manager, admin):
        client = client_of(user)
        for page in (f"/outbox/{row.pk}/", "/outbox/", "/outbox/?format=csv"):
            response = client.get(page)
            content = response.getvalue() if response.streaming else response.content
            assert b"CANARY" not in content
    assert client_of(manager).post(f"/outbox/{row.pk}/resend/").status_code == 403
    admin_page = client_of(admin).get(f"/admin/notifications/notification/{row.pk}/change/")
    assert admin_page.status_code == 200
    assert b"CANARY" not in admin_page.content


def test_the_administration_sends_again(
    client_of: SignIn, admin: User, failed: Notification
) -> None:
    data = {"action": "resend", "_selected_action": [failed.pk]}
    client_of(admin).post("/admin/notifications/notification/", data)
    failed.refresh_from_db()
    assert failed.state == State.QUEUED


def test_the_back_office_is_no_side_door_to_the_rules(client_of: SignIn, admin: User) -> None:
    from notifications.models import Rule

    rule = Rule.objects.get(event="ticket.declined", audience="desk")
    url = f"/admin/notifications/rule/{rule.pk}/change/"
    assert client_of(admin).get(url).status_code == 200
    data = {"kind": "desk_alerts", "channels": ["bell"], "audience": "requester"}
    assert client_of(admin).post(url, data).status_code == 403
    rule.refresh_from_db()
    assert (rule.is_active, rule.channels, rule.audience) == (
        True,
        ["bell", "email", "push"],
        "desk",
    )


def test_the_outbox_costs_the_same_for_many_rows(
    client_of: SignIn, manager: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(60):
        make_row(state=State.FAILED)
    client = client_of(manager)
    with django_assert_max_num_queries(21):
        client.get("/outbox/?size=50")
    assert rows_of("ticket.opened") == []


def test_one_is_cancelled_and_not_counted_as_trouble(
    client_of: SignIn, manager: User, failed: Notification
) -> None:
    client = client_of(manager)
    page = client.post(f"/outbox/{failed.pk}/cancel/", follow=True).content.decode()
    assert "It will not be sent." in page
    assert "Cancelled" in page
    assert client.get("/outbox/waiting/").content == b""
    record = EventRecord.objects.get(name="notification.cancelled")
    assert (record.subject_id, record.actor) == (failed.pk, manager)
    client.post(f"/outbox/{failed.pk}/resend/")
    failed.refresh_from_db()
    assert failed.state == State.QUEUED


def test_a_queued_mail_of_accounts_is_an_administrator_s_to_cancel(
    client_of: SignIn, manager: User, admin: User
) -> None:
    row = make_row()
    assert client_of(manager).post(f"/outbox/{row.pk}/cancel/").status_code == 403
    assert client_of(admin).post(f"/outbox/{row.pk}/cancel/").status_code == 302
    assert send_due() == 0


@pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.CANCELLED])
def test_what_is_out_or_in_the_air_is_not_cancelled(
    client_of: SignIn, admin: User, state: str
) -> None:
    row = make_row(state=state, sent_at=timezone.now() if state == State.SENT else None)
    page = client_of(admin).post(f"/outbox/{row.pk}/cancel/", follow=True).content.decode()
    assert "sent already" in page
    row.refresh_from_db()
    assert row.state == state
    assert send_due() == 0


def test_it_is_found_by_the_number_of_its_ticket(
    client_of: SignIn, manager: User, acme: Customer, agent: User, alice: User, run_events: Run
) -> None:
    first = make_ticket(acme, technician=alice.technician, actor=agent, subject="Paper jam")
    make_ticket(acme, technician=alice.technician, actor=agent, subject="Toner low")
    run_events()
    client = client_of(manager)
    for word in (first.reference, f"[{first.reference}]", f"sd-{first.pk}"):
        page = client.get("/outbox/", {"q": word}).content.decode()
        assert "Paper jam" in page
        assert "Toner low" not in page
    assert "Toner low" in client.get("/outbox/", {"q": "toner"}).content.decode()


def test_it_is_paged_by_key(client_of: SignIn, manager: User) -> None:
    for number in range(27):
        make_row(subject=f"News {number:02}")
    client = client_of(manager)
    answer = client.get("/outbox/")
    assert "News 26" in answer.content.decode()
    assert "News 01" not in answer.content.decode()
    second = client.get("/outbox/" + answer.context["next_query"]).content.decode()
    assert "News 01" in second
    assert "News 26" not in second


def test_it_shows_how_it_goes_and_that_a_provider_is_silent(
    client_of: SignIn, manager: User
) -> None:
    make_row(state=State.SENT, sent_at=timezone.now())
    make_row(next_attempt_at=timezone.now() - timedelta(minutes=7))
    now = timezone.now()
    Breaker.objects.create(channel="sms", opened_at=now, retry_at=now, last_error="Connection <i>")
    page = client_of(manager).get("/outbox/").content.decode()
    assert "E-mail: 1 waiting, 1 sent in the last minute, the oldest overdue by 7 min." in page
    assert "SMS: 0 waiting, 0 sent in the last minute." in page
    assert "SMS: the provider does not answer" in page
    assert "Connection &lt;i&gt;" in page


def test_a_search_reads_the_index() -> None:
    """Not every row: PostgreSQL can answer it from the trigrams."""
    rows = Notification.objects.search("paper carol")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "notification_contains" in rows.order_by().explain()
