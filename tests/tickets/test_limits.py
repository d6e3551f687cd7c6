"""What PostgreSQL itself refuses to store, and how actions say it first."""

import pytest
from django.db import IntegrityError, transaction

from servicelogs.actions import log_work
from servicelogs.errors import WorkTextTooLong
from servicelogs.models import ServiceLog
from tests.factories.work import make_ticket
from tickets import actions
from tickets.errors import ResolutionTooLong
from tickets.models import Message, Status, Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "values",
    [
        {"description": ""}, {"description": " \n\t"}, {"description": "x" * 100_001},
        {"subject": "  "}, {"resolution": "x" * 20_001},
    ],
)  # fmt: skip
def test_a_ticket_without_words_or_with_too_many_is_refused(values, acme):
    ticket = make_ticket(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**values)


@pytest.mark.parametrize("body", ["", " \n ", "x" * 100_001])
def test_a_message_without_words_or_with_too_many_is_refused(body, agent, acme):
    message = actions.add_note(make_ticket(acme), "fine", actor=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(body=body)


@pytest.mark.parametrize("done", [" ", "x" * 20_001])
def test_a_work_entry_without_words_or_with_too_many_is_refused(done, agent, acme):
    entry = {"author": agent, "author_name": "E", "minutes": 5, "created_at": "2026-01-01T00:00Z"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceLog.objects.create(ticket=make_ticket(acme), done=done, **entry)


def test_a_long_log_is_refused_and_not_cut(agent, acme):
    with pytest.raises(WorkTextTooLong):
        log_work(make_ticket(acme), kind="remote", done="x" * 20_001, minutes=5, actor=agent)


def test_a_reply_too_long_for_a_resolution_says_so_and_keeps_the_words(agent, acme, client_of):
    ticket = make_ticket(acme)
    words = "x" * 20_001
    with pytest.raises(ResolutionTooLong):
        actions.resolve_ticket(ticket, words, actor=agent)
    sent = {"body": words, "set_status": Status.RESOLVED}
    page = client_of(agent).post(f"/tickets/{ticket.pk}/reply/", sent)
    assert page.status_code == 422
    assert b"longer than 20,000" in page.content
    assert "body" in page.context["reply_form"].errors
    assert words in page.content.decode()
    assert Message.objects.count() == 0


def test_a_note_does_not_move_what_the_customer_sees(agent, acme, carol, client_of):
    older, newer = make_ticket(acme, subject="Older"), make_ticket(acme, subject="Newer")
    before = Ticket.objects.get(pk=older.pk).customer_news_at
    actions.add_note(older, "Inside only.", actor=agent)
    assert Ticket.objects.get(pk=older.pk).customer_news_at == before
    page = client_of(carol).get("/portal/tickets/?sort=-updated").content.decode()
    assert page.index("Newer") < page.index("Older")
    actions.add_reply(older, "To you.", actor=agent)
    page = client_of(carol).get("/portal/tickets/?sort=-updated").content.decode()
    assert page.index("Older") < page.index("Newer")
    assert newer.pk
