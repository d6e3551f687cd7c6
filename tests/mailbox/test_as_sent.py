"""A mail as it was sent, in its frame: who may read it, its policy, its pictures, its history."""

import base64
from email.message import EmailMessage

import pytest
from django.urls import reverse

from mailbox import showing
from mailbox.actions import receive
from mailbox.models import InboundMail
from tests.factories.files import picture
from tests.factories.mails import make_mail, make_mailbox
from tests.factories.work import make_ticket
from tickets.actions import add_note

pytestmark = pytest.mark.django_db
REMOTE = '<p>Hello</p><img src="http://elsewhere.test/pixel.gif" alt="x">'


@pytest.fixture
def box():
    return make_mailbox()


def html_mail(html, *, pictures=(), sender="carol@acme.test"):
    """pictures: (content id, bytes)."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@desk.test", "With pictures"
    mail.set_content("Hello")
    mail.add_alternative(html, subtype="html")
    for cid, content in pictures:
        mail.get_payload()[1].add_related(content, "image", "png", cid=f"<{cid}>")
    return mail.as_bytes()


def png_bytes():
    return picture().read()


def url(page, row, query=""):
    return reverse(f"mailbox:{page}", args=[row.pk]) + query


def test_the_answer_forbids_scripts_and_everything_from_elsewhere(box, carol, agent, client_of):
    row = receive(box, html_mail(REMOTE + "<script>alert(1)</script>"))[0]
    answer = client_of(agent).get(url("as_sent", row))
    policy = dict(part.strip().partition(" ")[::2] for part in
                  answer["Content-Security-Policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "'self' data:"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert policy["frame-ancestors"] == "'self'"
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-forms" not in policy["sandbox"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "no-referrer"
    page = answer.content.decode()
    assert "<p>Hello</p>" in page
    assert "alert(1)" not in page


def test_pictures_from_elsewhere_wait_for_a_click(box, carol, agent, client_of):
    row = receive(box, html_mail(REMOTE))[0]
    client = client_of(agent)
    before = client.get(url("as_sent", row)).content.decode()
    assert ' src="' not in before
    assert 'data-waiting="1"' in before
    answer = client.get(url("as_sent", row, "?pictures=1"))
    after = answer.content.decode()
    assert ' src="https://elsewhere.test/pixel.gif"' in after  # by https only
    assert 'data-waiting="0"' in after
    assert "img-src 'self' data: https:;" in answer["Content-Security-Policy"]


def test_pictures_in_the_mail_are_shown_in_place(box, carol, agent, client_of):
    content = png_bytes()
    html = '<p>See</p><img src="cid:pic@x"><img src="cid:gone@x">'
    row = receive(box, html_mail(html, pictures=[("pic@x", content)]))[0]
    file = row.ticket.files.get()
    page = client_of(agent).get(url("as_sent", row)).content.decode()
    where = reverse("tickets:attachment", args=[file.pk]) + "?show"
    assert f'<img src="{where}">' in page
    assert page.count(' src="') == 1
    shown = client_of(agent).get(where)
    assert shown["Content-Type"] == "image/png"
    assert b"".join(shown.streaming_content) == content


def test_a_picture_of_another_mail_is_not_shown(box, carol, agent, client_of):
    """The address of a file cannot be claimed by writing it into a mail."""
    with_file = receive(box, html_mail("<p>x</p>", pictures=[("a@x", png_bytes())]))[0]
    where = reverse("tickets:attachment", args=[with_file.ticket.files.get().pk])
    data = base64.b64encode(png_bytes()).decode()
    row = receive(box, html_mail(f'<img src="{where}"><img src="data:image/png;base64,{data}">'))[0]
    page = client_of(agent).get(url("as_sent", row)).content.decode()
    assert where not in page
    assert "data:image/png" in page


def test_a_mail_without_html_is_shown_as_text(box, carol, agent, client_of):
    row = receive(box, make_mail("<b>no</b>\r\n\r\n> old words"))[0]
    page = client_of(agent).get(url("as_sent", row)).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "&gt; old words" in page


def test_who_sees_the_ticket_reads_its_mail_and_nobody_else(
    box, agent, manager, alice, bob, sam, carol, dave, acme, client_of
):
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician)
    row = receive(box, make_mail(subject=f"Re: [{ticket.reference}] Jam"))[0]
    assert row.message.ticket == ticket
    readers = {agent: 200, manager: 200, alice: 200, bob: 404, carol: 404, dave: 404}
    for user, status in readers.items():
        client = client_of(user)
        assert client.get(url("as_sent", row)).status_code == status, user
        assert client.get(url("folded", row)).status_code == status, user
        answer = client.get(reverse("mailbox:of_ticket", args=[ticket.pk]))
        assert answer.status_code == status, user
    row.message.delete()  # its words stand nowhere now: for the desk only
    assert client_of(alice).get(url("as_sent", row)).status_code == 404
    assert client_of(agent).get(url("as_sent", row)).status_code == 200


def test_no_customer_reads_any_mail_even_in_the_query(box, carol, agent):
    receive(box, make_mail())
    assert InboundMail.objects.readable_by(agent).count() == 1
    assert not InboundMail.objects.readable_by(carol).exists()
    agent.is_active = False
    assert not InboundMail.objects.readable_by(agent).exists()


@pytest.mark.parametrize(("broken", "words"), [("gone", "no longer there"), ("large", "too large")])
def test_what_cannot_be_shown_is_said(box, carol, agent, client_of, broken, words, monkeypatch):
    row = receive(box, html_mail(REMOTE))[0]
    if broken == "gone":
        row.raw.storage.delete(row.raw.name)
    else:
        monkeypatch.setattr(showing, "MOST_READ", 10)
    answer = client_of(agent).get(url("as_sent", row))
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_mail_that_breaks_the_reader_is_said(box, carol, agent, client_of, monkeypatch):
    row = receive(box, html_mail(REMOTE))[0]

    def broken(raw):
        raise ValueError("no")

    monkeypatch.setattr(showing, "read", broken)
    assert "Its trace says why" in client_of(agent).get(url("as_sent", row)).content.decode()


ANSWER = (
    "Yes, tray two.\r\n\r\n-- \r\nCarol Contact\r\nAcme Ltd\r\n\r\n"
    "On Mon, 3 Nov 2025 at 10:00, Desk <support@desk.test> wrote:\r\n> Which <i>tray</i>?\r\n"
)


def test_history_and_signature_are_one_click_away(box, carol, agent, client_of):
    row = receive(box, make_mail(ANSWER))[0]
    assert row.has_folded is True
    assert "Which" not in row.ticket.description
    page = client_of(agent).get(url("folded", row)).content.decode()
    assert "Which &lt;i&gt;tray&lt;/i&gt;?" in page
    assert "Acme Ltd" in page
    assert "Yes, tray two." not in page


def test_of_html_too(box, carol, agent, client_of):
    html = '<p>New words</p><blockquote type="cite"><p>Old words</p></blockquote>'
    mail = make_mail(html, content_type="text/html; charset=utf-8")
    row = receive(box, mail)[0]
    assert row.has_folded is True
    page = client_of(agent).get(url("folded", row)).content.decode()
    assert "Old words" in page
    assert "New words" not in page


def test_nothing_is_offered_where_nothing_was_left_out(box, carol, agent, client_of):
    row = receive(box, make_mail("All there is."))[0]
    assert row.has_folded is False
    page = client_of(agent).get(reverse("mailbox:of_ticket", args=[row.ticket.pk]))
    assert "Quoted text" not in page.content.decode()
    assert "Nothing was left out" in client_of(agent).get(url("folded", row)).content.decode()


def test_each_message_finds_its_mail(box, carol, agent, manager, client_of):
    first = receive(box, make_mail(ANSWER))[0]
    ticket = first.ticket
    second = receive(box, make_mail(subject=f"Re: [{ticket.reference}]"))[0]
    add_note(ticket, "Aside", actor=agent)
    elsewhere = receive(box, make_mail(subject="Another"))[0]
    client = client_of(agent)
    page = client.get(ticket.get_absolute_url()).content.decode()
    keys = ",".join(str(message.pk) for message in ticket.messages.order_by("pk"))
    where = reverse("mailbox:of_ticket", args=[ticket.pk])
    assert f"{where}?messages={keys}" in page
    assert f'id="mail-{second.message_id}"' in page
    assert 'id="mail-report"' in page
    part = client.get(f"{where}?messages={keys},{elsewhere.pk},x,²").content.decode()
    assert part.count("hx-swap-oob") == 2
    assert 'id="mail-report"' in part
    assert f'id="mail-{second.message_id}"' in part
    assert reverse("mailbox:detail", args=[second.pk]) in part
    assert reverse("mailbox:source", args=[second.pk]) not in part  # for leaders
    led = client_of(manager).get(f"{where}?messages={keys}").content.decode()
    assert reverse("mailbox:source", args=[second.pk]) in led
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in led


def test_a_technician_gets_no_way_to_the_trace(
    box, alice, acme, carol, client_of, django_assert_max_num_queries
):
    ticket = make_ticket(acme, requester=carol.contact, technician=alice.technician)
    rows = [receive(box, make_mail(subject=f"[{ticket.reference}] {n}"))[0] for n in range(5)]
    keys = ",".join(str(row.message_id) for row in rows)
    client = client_of(alice)
    where = reverse("mailbox:of_ticket", args=[ticket.pk]) + f"?messages={keys}"
    client.get(where)
    with django_assert_max_num_queries(6):
        page = client.get(where).content.decode()
    assert page.count("data-mail ") + page.count("data-mail>") == 5
    assert "How it came here" not in page
