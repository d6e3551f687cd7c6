"""Attacks on the customers' ticket pages (A17, A18, A21, A22, A34, A36)."""

import itertools
import json
import re
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from customers.models import Customer
from tests.factories.people import make_customer, make_portal_user, make_technician
from tests.factories.work import make_device, make_ticket
from tickets import actions
from tickets.models import Status, Ticket

pytestmark = pytest.mark.django_db
NEW = "/portal/tickets/new/"
REPORT = {"device": "none", "subject": "Jam", "description": "Now", "priority": "3"}


def customer_pages(ticket):
    return ["/portal/", "/portal/tickets/", "/portal/tickets/?format=csv", NEW,
            f"{NEW}?device={ticket.device_id or ''}", f"/portal/tickets/{ticket.pk}/",
            f"/portal/tickets/{ticket.pk}/?all=1",
            f"/portal/tickets/{ticket.pk}/fixed/"]  # fmt: skip


def body_of(response):
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode()


# --- A17: membership is a row, never a likeness of names, domains or numbers ----------------


def test_a17_customers_1_and_12_are_strangers(client_of, db):
    one = make_customer("Acme", pk=1, email="office@acme.com")
    likes = [make_customer("Acme Ltd", pk=12, email="office@notacme.com"),
             make_customer("Acm", pk=121, email="office@acme.com.evil.test")]  # fmt: skip
    ticket = make_ticket(one, subject="CANARY", files=[SimpleUploadedFile("a.txt", b"x")])
    for number, customer in enumerate(likes):
        user = make_portal_user(customer, name="Mallory", email=f"m{number}@acme.com")
        client = client_of(user)
        assert "CANARY" not in body_of(client.get("/portal/tickets/"))
        assert client.get(f"/portal/tickets/{ticket.pk}/").status_code == 404
        assert client.get(f"/portal/files/{ticket.files.get().pk}/").status_code == 404


def test_a17_a_contact_that_left_sees_nothing(client_of, carol, acme):
    ticket = make_ticket(acme)
    client, contact = client_of(carol), carol.contact
    contact.user = None
    contact.save()
    assert client.get(f"/portal/tickets/{ticket.pk}/").status_code == 404


# --- A18, A22: fields nobody asked for ------------------------------------------------------

EXTRA = {
    "customer": "{globex}", "customer_id": "{globex}", "requester": "{contact}",
    "requester_id": "{contact}", "link_to": "{foreign}", "parent": "{foreign}",
    "follows": "{foreign}", "follows_id": "{foreign}", "merge_into": "{foreign}",
    "asset_id": "{device}", "device_id": "{device}", "contract_id": "1", "organization": "{globex}",
    "assignee": "1", "technician": "1", "technician_id": "1", "team": "1", "is_staff": "true",
    "role": "admin", "price": "0", "sla_due": "2001-01-01", "created_at": "2001-01-01",
    "opened_at": "2001-01-01", "status": "closed", "resolution": "x", "channel": "phone",
    "external_id": "stolen", "source_url": "https://evil.test", "version": "99",
    "pk": "1", "id": "1",
    "touched_at": "2001-01-01", "author": "1", "kind": "note", "is_from_customer": "",
    "is_internal": "true", "set_status": "closed", "from_customer": "",
}  # fmt: skip


@pytest.fixture
def foreign(globex, dave, other_device):
    return make_ticket(globex, device=other_device, requester=dave.contact)


@pytest.fixture
def extra(globex, dave, foreign):
    values = {"globex": globex.pk, "contact": dave.contact.pk, "foreign": foreign.pk,
              "device": foreign.device_id}  # fmt: skip
    return {name: value.format(**values) for name, value in EXTRA.items()}


def test_a18_extra_fields_of_a_report_are_ignored(client_of, carol, acme, foreign, extra):
    before = Ticket.objects.filter(pk=foreign.pk).values().get()
    client_of(carol).post(NEW, {**extra, **REPORT})
    made = Ticket.objects.exclude(pk=foreign.pk).get()
    assert (made.customer, made.requester, made.device) == (acme, carol.contact, None)
    assert (made.follows, made.technician, made.team) == (None, None, None)
    assert (made.status, made.channel, made.source_url) == (Status.OPEN, "portal", "")
    assert made.external_id != "stolen"
    assert (timezone.now() - made.opened_at).total_seconds() < 60
    assert Ticket.objects.filter(pk=foreign.pk).values().get() == before


def test_a18_a_device_of_another_customer_is_refused(client_of, carol, device, other_device):
    response = client_of(carol).post(NEW, REPORT | {"device": other_device.pk})
    assert response.status_code == 422
    assert "GLX" not in body_of(response)
    assert not Ticket.objects.exists()


def test_a22_a_reply_changes_only_what_a_reply_changes(client_of, carol, acme, extra):
    ticket = make_ticket(acme)
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    client_of(carol).post(f"/portal/tickets/{ticket.pk}/reply/", {**extra, "body": "Hello"})
    after = Ticket.objects.filter(pk=ticket.pk).values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"last_customer_at", "customer_news_at", "version", "updated_at"}
    message = ticket.messages.get()
    assert (message.kind, message.is_from_customer, message.author) == ("reply", True, carol)


def test_a22_the_person_is_not_changed_either(client_of, carol, extra):
    client_of(carol).post(NEW, {**extra, **REPORT})
    carol.refresh_from_db()
    assert not carol.is_staff
    assert set(carol.groups.values_list("name", flat=True)) == {"customer"}


# --- A21: nothing internal anywhere a customer looks ----------------------------------------


def test_a21_internal_words_are_nowhere(client_of, carol, acme, device, agent, alice):
    device.notes = "CANARY-DEVICE-NOTES"
    device.save()
    Customer.objects.filter(pk=acme.pk).update(notes="CANARY-CUSTOMER-NOTES")
    ticket = make_ticket(acme, device=device, requester=carol.contact)
    actions.add_note(ticket, "CANARY-NOTE", actor=agent,
                     files=[SimpleUploadedFile("CANARY-FILE.txt", b"x")])  # fmt: skip
    actions.auto_assign(ticket)
    ticket = actions.assign_ticket(ticket, alice.technician, actor=agent)
    actions.decline_job(ticket, "CANARY-REASON", actor=alice)
    actions.assign_ticket(ticket, alice.technician, actor=agent)
    actions.add_reply(ticket, "Public words", actor=agent)
    client = client_of(carol)
    found = [body_of(client.get(url)) for url in customer_pages(ticket)]
    assert any("Public words" in page for page in found)
    for page in found:
        assert "CANARY" not in page
        assert "score" not in page.lower()
        assert "@desk.test" not in page
        assert "7700900101" not in page


@pytest.mark.parametrize("query", ["q=CANARY-NOTE", "q=CANARY", "kind=note", "internal=1"])
def test_a21_searching_finds_no_note(client_of, carol, acme, agent, query):
    ticket = make_ticket(acme)
    actions.add_note(ticket, "CANARY-NOTE", actor=agent)
    client = client_of(carol)
    for base in ("/portal/tickets/", f"/portal/tickets/{ticket.pk}/", "/portal/"):
        page = body_of(client.get(f"{base}?{query}"))
        assert "CANARY-NOTE" not in page.replace('value="CANARY-NOTE"', "")


# --- A34, A36: what customers and staff write is shown, never run ---------------------------


class Elements(HTMLParser):
    """Elements inside the blocks of people's words."""

    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def words_of(page):
    return [match[1] for match in
            re.finditer(r'<div class="msg-b" hx-disable>(.*?)</div>', page, re.DOTALL)]  # fmt: skip


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "jAvA&#115;cript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.test/",
    '<a href="https://evil.test">https://bank.example</a>',
    '<div hx-get="/agent/users/1/delete" hx-trigger="load"></div>',
    '<div data-hx-post="/x" hx-on::load="x" hx-boost="true">',
    '<form action="https://evil.test"><button formaction="//evil.test">',
    '<base href="//evil.test"><meta http-equiv="refresh" content="0;url=//evil.test">',
    "</div></article></main><script src=//evil.test></script>",
    "{{ request.user.password }}{% debug %}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a34_a36_hostile_text_is_only_text(client_of, carol, acme, agent, text):
    make_device(acme, serial=text[:100], location=text[:200])
    ticket = make_ticket(acme, subject=text, description=text, device=acme.devices.get())
    actions.add_reply(ticket, text, actor=carol, from_customer=True)
    actions.add_reply(ticket, text, actor=agent)
    ticket = actions.resolve_ticket(ticket, text, actor=agent)
    client = client_of(carol)
    page = body_of(client.get(f"/portal/tickets/{ticket.pk}/"))
    blocks = words_of(page)
    assert len(blocks) == 4
    for tag, attrs in itertools.chain.from_iterable(Elements(block).seen for block in blocks):
        assert tag in {"p", "br", "a"}
        assert set(attrs) <= {"dir", "href", "rel"}
        assert attrs.get("href", "https://").startswith(("https://", "http://"))
    for url in customer_pages(ticket)[:2] + customer_pages(ticket)[3:]:
        seen = Elements(body_of(client.get(url))).seen
        assert_own_page(seen)


def assert_own_page(seen):
    """Scripts, forms and htmx requests of a page are our own."""
    for tag, attrs in seen:
        assert tag not in {"base", "iframe", "object", "embed"}
        assert not [name for name in attrs if name.startswith(("on", "hx-on", "data-hx"))]
        for name in ("src", "action", "formaction", "hx-get", "hx-post"):
            assert (attrs.get(name) or "/").startswith(("/", "?")), (tag, attrs)
            assert not (attrs.get(name) or "/").startswith("//"), (tag, attrs)
        assert attrs.get("http-equiv") != "refresh"


def test_a36_every_known_payload_stays_text(client_of, carol, acme, cases_dir):
    payloads = [json.loads(line)["payload"].replace("\x00", "")
                for line in (cases_dir / "xss" / "cases.jsonl").open()]  # fmt: skip
    text = "\n\n".join(payloads)
    ticket = make_ticket(acme)
    client = client_of(carol)
    for start in range(0, len(text), 90_000):
        Ticket.objects.filter(pk=ticket.pk).update(description=text[start : start + 90_000])
        page = body_of(client.get(f"/portal/tickets/{ticket.pk}/"))
        assert_own_page(Elements(page).seen)
        for tag, attrs in Elements(words_of(page)[0]).seen:
            assert tag in {"p", "br", "a"}
            assert set(attrs) <= {"dir", "href", "rel"}


def test_the_policy_forbids_inline_script_and_style(client_of, carol, acme):
    ticket = make_ticket(acme)
    client = client_of(carol)
    for url in customer_pages(ticket):
        response = client.get(url)
        page = body_of(response)
        assert "unsafe" not in response["Content-Security-Policy"]
        if "csv" in url:
            continue
        assert not [1 for tag, attrs in Elements(page).seen if "style" in attrs or tag == "style"]
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_awkward_strings_are_stored_and_shown(client_of, carol, acme, cases_dir):
    client = client_of(carol)
    for line in (cases_dir / "naughty" / "cases.jsonl").open():
        text = json.loads(line)["string"]
        response = client.post(NEW, REPORT | {"subject": text[:200], "description": text})
        assert response.status_code in (302, 422), text
    for ticket in Ticket.objects.all()[:40]:
        assert client.get(f"/portal/tickets/{ticket.pk}/").status_code == 200
    assert connection.is_usable()


def test_a_technician_is_shown_by_first_name_only(client_of, carol, acme):
    technician = make_technician("Joel Becker")
    ticket = make_ticket(acme, technician=technician)
    page = body_of(client_of(carol).get(f"/portal/tickets/{ticket.pk}/"))
    assert "Joel" in page
    assert "Becker" not in page
