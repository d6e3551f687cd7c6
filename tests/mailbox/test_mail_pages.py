"""Pages of incoming mail."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mailbox.actions import receive
from mailbox.health import counts_of_day
from mailbox.models import Fate
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.work import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def box():
    return make_mailbox()


@pytest.fixture
def row(box, carol):
    return receive(box, make_mail("It <b>jams</b>.", subject="<i>Jam</i>"))[0]


def url(page, *args):
    return reverse(f"mailbox:{page}", args=args)


def test_the_list_shows_what_became_of_each_and_filters_by_fate(row, box, agent, client_of):
    receive(box, make_mail(subject="Newsletter", precedence="bulk"))
    client = client_of(agent)
    page = client.get(url("index")).content.decode()
    assert "&lt;i&gt;Jam&lt;/i&gt;" in page
    assert "Newsletter" in page
    assert row.ticket.reference in page
    found = client.get(url("index"), {"fate": "ignored"}).content.decode()
    assert "Newsletter" in found
    assert row.ticket.reference not in found
    part = client.get(url("index"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Newsletter" in part


def test_the_list_is_paged_by_key(box, carol, agent, client_of, settings):
    for number in range(27):
        receive(box, make_mail(subject=f"List {number}", precedence="bulk"))
    client = client_of(agent)
    first = client.get(url("index"))
    assert [len(first.context["rows"]), first.context["page"].has_next] == [25, True]
    second = client.get(url("index") + first.context["next_query"])
    assert [mail.subject for mail in second.context["rows"]] == ["List 1", "List 0"]


def test_the_trace_says_every_step(row, agent, client_of):
    page = client_of(agent).get(url("detail", row.pk)).content.decode()
    for step in row.steps:
        assert step.replace("'", "&#x27;") in page
    assert "It &lt;b&gt;jams&lt;/b&gt;." in page
    assert "message-id" in page


def test_the_source_is_for_leaders(row, agent, manager, client_of):
    assert client_of(agent).get(url("source", row.pk)).status_code == 403
    answer = client_of(manager).get(url("source", row.pk))
    assert b"".join(answer.streaming_content).startswith(b"From: Carol")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_nobody_else_sees_mail(row, alice, sam, carol, client_of):
    for user, status in ((alice, 403), (sam, 403), (carol, 404)):
        assert client_of(user).get(url("detail", row.pk)).status_code == status


def test_moving_asks_for_a_ticket_one_sees(row, agent, acme, carol, client_of):
    client, into = client_of(agent), make_ticket(acme, requester=carol.contact)
    for typed in ("", "SD-999999", "x" * 31, "²", "9" * 30):
        answer = client.post(url("move", row.pk), {"number": typed})
        assert answer.status_code == 422, typed
    assert "999999" in client.post(url("move", row.pk), {"number": "999999"}).content.decode()
    assert client.get(url("move", row.pk)).status_code == 405
    answer = client.post(url("move", row.pk), {"number": into.reference.lower()})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.ticket == into
    again = client.post(url("move", row.pk), {"number": str(into.pk)})
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_the_same_press_twice_moves_once(row, agent, acme, client_of):
    client, into = client_of(agent), make_ticket(acme)
    data = {"number": str(into.pk), "once_key": "7b0d8d9e-7f4e-4c3a-9a3e-0f1e2d3c4b5a"}
    assert [client.post(url("move", row.pk), data).status_code for _ in range(2)] == [302, 302]


def test_a_mail_in_quarantine_is_run_again(box, agent, carol, client_of, settings):
    settings.MAIL_MAX_BYTES = 10
    row = receive(box, make_mail())[0]
    client = client_of(agent)
    assert client.get(url("waiting_count")).content == b"1"
    assert "Larger than" in client.get(url("detail", row.pk)).content.decode()
    client.post(url("again", row.pk))
    row.refresh_from_db()
    assert row.fate == "created"
    assert client.get(url("waiting_count")).content == b""
    client.post(url("again", row.pk))  # a second press: it has its place
    assert row.ticket.messages.count() == 0


def test_a_source_that_is_gone_is_said(row, manager, client_of):
    row.raw.storage.delete(row.raw.name)
    assert "no longer there" in client_of(manager).get(url("detail", row.pk)).content.decode()
    assert client_of(manager).get(url("source", row.pk)).status_code == 410


def test_received_is_the_sum_of_the_fates(box, carol, client):
    for headers in ({}, {"precedence": "bulk"}, {"auto_submitted": "auto-replied"}):
        receive(box, make_mail(**headers))
    receive(box, b"")
    counts = counts_of_day()
    assert counts["received"] == sum(counts[fate] for fate in Fate.values) == 4
    cache.clear()
    figures = client.get(reverse("core:readyz")).json()["figures"]
    assert figures["mail_received_24h"] == 4
    assert figures["mail_quarantined"] == 1


def test_the_list_costs_the_same_for_few_and_many(box, carol, agent, client_of):
    client, costs = client_of(agent), []
    for more in (2, 18):
        for number in range(more):
            sender = f"p{more}-{number}@acme.test"
            receive(box, make_mail(sender=sender))
        client.get(url("index"))
        with CaptureQueriesContext(connection) as captured:
            client.get(url("index"))
        costs.append(len(captured))
    assert costs[0] == costs[1]
