"""A test of our own words goes to who asks for it, and to nobody's ticket."""

import pytest

from core.models import EventRecord
from notifications.actions import forget_news
from notifications.models import Notification, Wording
from notifications.transport import build_email
from tests.factories.work import make_ticket

URL = "/texts/ticket_opened/en-gb/try/"
TYPED = {"heading": "Hi", "body": "Ahoy **{{ reader.first_name }}**", "sms": ""}


def tried() -> Notification:
    return Notification.objects.get(dedupe_key__startswith="mail:")


def test_it_is_the_mail_about_a_real_ticket_sent_to_me(acme, carol, admin, client_of):
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    page = client_of(admin).post(URL, TYPED)
    assert page.status_code == 200
    assert admin.email in page.context["tried"]
    assert "Ahoy **{{ reader.first_name }}**" in page.content.decode()  # what was typed is kept
    row = tried()
    assert row.address == admin.email
    assert row.subject == f"[{ticket.reference}] {ticket.subject}"
    assert "Ahoy Carol" in row.body_text
    assert "Ahoy <strong>Carol</strong>" in row.body_html


def test_an_answer_to_it_finds_no_ticket(acme, carol, admin, client_of):
    make_ticket(acme, requester=carol.contact, actor=carol)
    client_of(admin).post(URL, TYPED)
    mail = build_email(tried()).message()
    assert tried().event is None
    assert mail["References"] is None


def test_it_is_forgotten_with_its_customer(acme, carol, admin, client_of):
    ticket = make_ticket(acme, requester=carol.contact, actor=carol)
    client_of(admin).post(URL, TYPED)
    forget_news([ticket.pk + 1])
    assert "Carol" in tried().body_text
    forget_news([ticket.pk])
    row = tried()
    assert (row.state, row.subject, row.body_text, row.body_html) == ("unsent", "", "", "")


def test_it_works_before_anything_happened(admin, client_of):
    client_of(admin).post(URL, TYPED)
    assert "[SD-004793] Printer jams" in tried().subject
    assert "Ahoy Amara" in tried().body_text


def test_nothing_is_saved_and_it_is_recorded(admin, client_of):
    client_of(admin).post(URL, TYPED)
    assert not Wording.objects.exists()
    happened = EventRecord.objects.get(name="wording.tried")
    assert (happened.actor, happened.payload["label"]) == (admin, "We have your report")


@pytest.mark.parametrize("values", [{"body": "{{ nope }}"}, {"heading": ""}])
def test_bad_words_are_refused_and_not_sent(values, admin, client_of):
    page = client_of(admin).post(URL, TYPED | values)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == values.keys()
    assert not Notification.objects.exists()


def test_only_post(admin, client_of):
    assert client_of(admin).get(URL).status_code == 405
