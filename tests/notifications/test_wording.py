"""How mails and SMS read: width, alphabet, themes, and a footer that says why they came."""

import pytest

from accounts.models import User
from customers.models import Customer
from notifications.audiences import Story, people_of
from notifications.composing import compose
from notifications.models import Medium, Notification, Rule
from tests.factories.work import make_ticket
from tests.notifications.conftest import last_event

URL = "https://example.com/" + "a" * 120


def opened(acme: Customer, carol: User, medium: Medium, **fields: str) -> Notification:
    ticket = make_ticket(acme, requester=carol.contact, actor=carol, **fields)
    story = Story(last_event("ticket.opened", ticket), ticket)
    rule = Rule.objects.get(event="ticket.opened", audience="requester")
    (person,) = people_of("requester", story)
    return compose(story, rule, person, medium)


def test_the_text_part_fits_78_columns_and_keeps_addresses_whole(
    acme: Customer, carol: User
) -> None:
    text = opened(acme, carol, Medium.EMAIL, description=f"word {'more ' * 60}{URL}").body_text
    assert URL in text
    assert all(len(line) <= 78 for line in text.splitlines() if URL not in line)
    assert "\n-- \n" in text


def test_the_footer_says_why_it_came(acme: Customer, carol: User) -> None:
    mail = opened(acme, carol, Medium.EMAIL)
    for part in (mail.body_text, mail.body_html):
        assert "was reported in your name" in part


def test_the_html_part_has_dark_colours_and_turns_arabic_round(acme: Customer, carol: User) -> None:
    html = opened(acme, carol, Medium.EMAIL, description="الطابعة <b>").body_html
    assert "prefers-color-scheme: dark" in html
    assert 'dir="auto"' in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("subject", ["Printer – “dead” since the boss’s move …", "word " * 60])
def test_an_sms_stays_in_the_gsm_alphabet(acme: Customer, carol: User, subject: str) -> None:
    text = opened(acme, carol, Medium.SMS, subject=subject[:200]).body_text
    assert text.isascii()
    assert len(text) <= 160
