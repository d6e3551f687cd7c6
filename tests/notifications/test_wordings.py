"""Our own words of mail and SMS: what they may hold, and what reaches the reader."""

import re

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.models import EventRecord
from customers.models import Customer
from notifications.actions import change_wording, reset_wording, restore_wording
from notifications.actions.wordings import NothingToReset, UnknownPlaceholder, WordsMissing
from notifications.audiences import Person, Story, people_of
from notifications.composing import compose, words_for
from notifications.markdown import text_of
from notifications.models import Medium, MessageKind, Notification, Rule, Wording
from notifications.placeholders import COMMON, OWN, Values, known_in
from notifications.starts import STARTS, new_wording, shipped_words
from tests.factories.work import make_device, make_ticket
from tests.notifications.conftest import last_event
from tickets.actions import add_reply

EN = "en-gb"
OPENED = "ticket_opened"


def written(admin: User, body: str, **more: str) -> Wording:
    return change_wording(OPENED, EN, {"body": body, **more}, actor=admin)


def told(acme: Customer, carol: User, medium: Medium = Medium.EMAIL, **fields: str) -> Notification:
    """What the requester of a new ticket is sent."""
    ticket = make_ticket(acme, requester=carol.contact, actor=carol, **fields)
    story = Story(last_event("ticket.opened", ticket), ticket)
    rule = Rule.objects.get(event="ticket.opened", audience="requester")
    (person,) = people_of("requester", story)
    return compose(story, rule, person, medium)


def test_our_words_replace_the_shipped_ones(acme, carol, admin):
    shipped = told(acme, carol)
    written(admin, "Ahoy {{ reader.first_name }}, it is **{{ticket.number}}**.", heading="Ahoy!")
    mail = told(acme, carol)
    assert "Ahoy Carol, it is SD-" in mail.body_text
    assert "<strong>SD-" in mail.body_html
    assert ">Ahoy!</h1>" in mail.body_html
    for words in ("Hello Carol", "We have your report"):
        assert words in shipped.body_text
        assert words not in mail.body_text + mail.body_html


def test_what_the_layout_says_stays(acme, carol, admin):
    written(admin, "Short.")
    mail = told(acme, carol)
    for part in (mail.body_text, mail.body_html):
        assert "was reported in your name" in part
        assert "/portal/tickets/" in part
    assert mail.subject.startswith("[SD-")


def test_an_sms_has_our_words_and_its_link(acme, carol, admin):
    written(admin, "x", sms="Got\n{{ ticket.subject }} – thanks\nDevice {{ device.serial }}")
    sms = told(acme, carol, Medium.SMS, subject="Paper jam").body_text
    assert sms.startswith("Got Paper jam - thanks http")
    assert "Device" not in sms


def test_without_an_sms_of_our_own_it_is_the_shipped_one(acme, carol, admin):
    written(admin, "x", sms="")
    assert "We have your report" in told(acme, carol, Medium.SMS).body_text


def test_another_language_keeps_the_shipped_words(acme, carol, admin):
    change_wording(OPENED, "de", {"body": "Ahoi"}, actor=admin)
    assert "Ahoi" not in told(acme, carol).body_text


@pytest.mark.parametrize(
    "subject",
    ["[click](http://evil.test)", "<b>bold</b>", "**loud**", "# big", "{{ desk.phone }}",
     "{% now 'Y' %}", "![](http://evil.test/x.png)", "`code`", "http://evil.test <http://e.test>"],
)  # fmt: skip
def test_what_a_customer_typed_is_only_text(subject, acme, carol, admin):
    written(admin, "About: {{ ticket.subject }}\n\n> {{ ticket.description }}")
    mail = told(acme, carol, subject=subject, description=subject)
    inside = mail.body_html.partition("</h1>")[2].partition('role="presentation"')[0]
    for tag in ("<a ", "<b>", "<strong", "<img", "<code", "<h2"):
        assert tag not in inside
    assert f"About: {subject}" in mail.body_text


@pytest.mark.parametrize("tag", ["<script>alert(1)</script>", "<img src=x onerror=y>", "<style>p"])
def test_markdown_of_an_administrator_holds_no_html(tag, acme, carol, admin):
    written(admin, f"Hi {tag} [a](javascript:alert(1)) ![p](http://x.test/p.png)")
    html = told(acme, carol).body_html
    assert tag not in html
    assert 'href="javascript' not in html
    assert "<img" not in html


def test_a_line_without_its_value_is_left_out(acme, carol, admin):
    written(admin, "Number {{ ticket.number }}\nDevice: {{ device.name }}\nThanks")
    text = told(acme, carol).body_text
    assert "Device:" not in text
    assert "Thanks" in text


def test_both_parts_come_from_one_markdown(acme, carol, admin):
    source = (
        "## Next\n\n1. Look\n2. Call\n\n- one\n- two\n\n> quoted\n\n"
        "[Page](https://x.test/a)\n\n---\n\n`a*b`"
    )
    written(admin, source)
    mail = told(acme, carol)
    assert "Next\n\n1. Look\n2. Call\n\n- one\n- two\n\n> quoted\n\nPage (https://x.test/a)" in (
        mail.body_text
    )
    for part in ("<h2", "<ol", "<ul", "<blockquote", 'href="https://x.test/a"', "<hr", "a*b"):
        assert part in mail.body_html


def test_a_quote_ends_with_its_last_line(acme, carol, admin):
    written(admin, "> one\n>\n> two\n\nthree")
    html = told(acme, carol).body_html
    styles = re.findall(r'<p [^>]*style="(margin:[^"]*)"[^>]*>(\w+)</p>', html)
    assert styles == [
        ("margin:0 0 16px;", "one"),
        ("margin:0;", "two"),
        ("margin:0 0 16px;", "three"),
    ]


def test_lines_of_a_value_stay_lines(acme, carol, admin):
    written(admin, "> {{ ticket.description }}")
    mail = told(acme, carol, description="one\ntwo\n\nthree")
    assert "> one\n> two\n>\n> three" in mail.body_text
    assert "one<br>\ntwo<br>" in mail.body_html.replace("<br />", "<br>").replace(
        "<br>two", "<br>\ntwo"
    )


@pytest.mark.parametrize("field", ["heading", "body", "sms"])
@pytest.mark.parametrize("name", ["reply.text", "ticket.secret", "ticket.__class__", "x y", "%s"])
def test_an_unknown_placeholder_is_refused_beside_its_field(field, name, admin):
    with pytest.raises(UnknownPlaceholder, match="has no") as refused:
        change_wording(OPENED, EN, {field: f"{{{{ {name} }}}}"}, actor=admin)
    assert refused.value.field == field
    assert name in str(refused.value.message)
    assert not Wording.objects.filter(is_used=True).exists()


def test_a_placeholder_in_an_address_is_refused(admin):
    with pytest.raises(UnknownPlaceholder) as refused:
        written(admin, "[a](https://x.test/{{ticket.number}})")
    assert refused.value.field == "body"


@pytest.mark.parametrize("field", ["heading", "body"])
def test_words_are_needed(field, admin):
    with pytest.raises(WordsMissing) as refused:
        change_wording(OPENED, EN, {field: " \n\x00 "}, actor=admin)
    assert refused.value.field == field


def test_it_is_recorded_and_kept_with_who_and_when(admin):
    wording = written(admin, "One")
    written(admin, "Two", heading="Hi")
    assert written(admin, "Two").version == 3  # nothing differs: nothing happened
    assert [(r.number, r.body, r.author_name) for r in wording.revisions.all()] == [
        (2, "Two", admin.get_full_name()), (1, "One", admin.get_full_name()),
    ]  # fmt: skip
    events = EventRecord.objects.filter(name="wording.changed").order_by("pk")
    assert [e.payload["fields"] for e in events] == [
        "text of the e-mail",
        "heading, text of the e-mail",
    ]


def test_resetting_brings_the_shipped_words_back_and_forgets_nothing(acme, carol, admin):
    wording = reset_wording(written(admin, "Ahoy"), actor=admin)
    assert "We have your report" in told(acme, carol).body_text
    assert wording.body == shipped_words(OPENED, EN)["body"]
    assert [(r.was_reset, r.body == "Ahoy") for r in wording.revisions.all()] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert EventRecord.objects.filter(name="wording.reset").count() == 1
    with pytest.raises(NothingToReset):
        reset_wording(wording, actor=admin)


def test_earlier_words_can_be_taken_back(acme, carol, admin):
    wording = written(admin, "First")
    written(admin, "Second")
    restore_wording(wording.revisions.get(number=1), actor=admin)
    assert "First" in told(acme, carol).body_text
    assert wording.revisions.count() == 3


def test_taking_back_a_reset_resets(admin):
    wording = reset_wording(written(admin, "First"), actor=admin)
    written(admin, "Second")
    restore_wording(wording.revisions.get(was_reset=True), actor=admin)
    wording.refresh_from_db()
    assert not wording.is_used


@pytest.mark.parametrize(
    "values",
    [{"heading": " "}, {"body": ""}, {"body": "x" * 10_001}, {"sms": "x" * 1001}, {"kind": "nope"},
     {"language": ""}],
)  # fmt: skip
def test_the_database_holds_the_rules_too(values):
    given = {"kind": OPENED, "language": EN, "heading": "h", "body": "b", **values}
    with pytest.raises(IntegrityError, match="wording_"), transaction.atomic():
        Wording.objects.create(**given)


def test_once_per_kind_and_language():
    new_wording(OPENED, EN).save()
    with pytest.raises(IntegrityError, match="wording_once"), transaction.atomic():
        new_wording(OPENED, EN).save()


def test_revisions_are_numbered_once(admin):
    wording = written(admin, "One")
    with pytest.raises(IntegrityError, match="wordingrevision_once"), transaction.atomic():
        wording.revisions.create(number=1, heading="h", body="b")
    with pytest.raises(IntegrityError, match="wordingrevision_number"), transaction.atomic():
        wording.revisions.create(number=0, heading="h", body="b")


def test_every_kind_has_its_placeholders_and_words_to_begin_with():
    assert set(OWN) == set(STARTS) == set(MessageKind)
    assert set(MessageKind.values) <= set(Rule.objects.values_list("template", flat=True))


@pytest.mark.parametrize("kind", MessageKind)
def test_the_words_to_begin_with_can_be_saved_and_say_something(kind, admin):
    wording = change_wording(kind, EN, {}, actor=admin)
    values = Values(kind, None)
    for words in (wording.heading, wording.body, wording.sms):
        filled = values.filled(words)
        assert filled
        assert "{{" not in filled


@pytest.mark.parametrize("kind", MessageKind)
def test_every_placeholder_survives_markdown(kind):
    values = Values(kind, None)
    for name, known in known_in(kind).items():
        assert text_of(f"a {{{{ {name} }}}} b", values) == f"a {known.sample} b"
    assert len(known_in(kind)) > len(COMMON)


HAPPENED = {
    "starts_at": "2026-06-12T12:30:00Z", "ends_at": "2026-06-12T14:00:00Z",
    "closes_at": "2026-06-12T12:30:00Z", "due_at": "2026-06-12T12:30:00Z",
    "technician_name": "Joel", "to_name": "Mira", "travel_minutes": 25, "promise": "First reply",
}  # fmt: skip


@pytest.mark.parametrize("kind", MessageKind)
def test_every_placeholder_has_its_value_in_a_real_message(kind, acme, carol, alice, settings):
    settings.SUPPORT_PHONE = "+44 20 7946 0018"
    ticket = make_ticket(
        acme, requester=carol.contact, device=make_device(acme), technician=alice.technician
    )
    ticket.resolution = "New roller"
    happened = last_event("ticket.opened", ticket)
    happened.payload = HAPPENED | {"message_id": add_reply(ticket, "Hi", actor=alice).pk}
    person = Person.of_user(carol)
    values = Values(kind, words_for(Story(happened, ticket), person, "/portal/"))
    empty = [name for name in known_in(kind) if not values.of(name)]
    assert empty == (["visit.time"] if kind == MessageKind.JOB_ASSIGNED else [])  # none booked
