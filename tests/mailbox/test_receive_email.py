"""manage.py receive_email: one line of JSON for each mail, whatever it is."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from mailbox import reading
from mailbox.models import InboundMail
from tests.factories.mails import make_mailbox

MAIL = (
    b"From: =?utf-8?q?Zo=C3=AB?= <zoe@acme.test>\r\nTo: support@desk.test\r\n"
    b"Subject: Paper jam\r\nMessage-ID: <1@acme.test>\r\n\r\n"
    b"It jams again.\r\n\r\nOn Mon, 2 Mar 2026 at 10:00, Desk <support@desk.test> wrote:\r\n"
    b"> Is it fixed?\r\n"
)  # fmt: skip


def receive(monkeypatch, raw: bytes = b"", *args: str) -> list[dict]:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    out = io.StringIO()
    call_command("receive_email", "--dry-run", *args, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_what_a_mail_says(monkeypatch):
    (told,) = receive(monkeypatch, MAIL)
    assert told["fate"] == "created"
    assert (told["from"], told["subject"]) == ("Zoë <zoe@acme.test>", "Paper jam")
    assert (told["message_id"], told["visible_text"]) == ("1@acme.test", "It jams again.")
    assert (told["ticket"], told["html"], told["attachments"]) == (None, "", [])


@pytest.mark.parametrize(
    ("header", "fate"),
    [
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("List-Id: <news.acme.test>", "ignored"),
        ("Precedence: bulk", "ignored"),
    ],
)
def test_automatic_mail_opens_no_ticket(monkeypatch, header, fate):
    (told,) = receive(monkeypatch, header.encode() + b"\r\n" + MAIL)
    assert told["fate"] == fate
    assert any(step.startswith("kind: ") for step in told["steps"])


def test_html_alone_is_parted_and_made_safe(monkeypatch):
    html = b"<p>New</p><script>x()</script><blockquote type=cite>Old</blockquote>"
    raw = MAIL.split(b"\r\n\r\n")[0] + b"\r\nContent-Type: text/html\r\n\r\n" + html
    (told,) = receive(monkeypatch, raw)
    assert told["visible_text"] == "New"
    assert "script" not in told["html"]
    assert "Old" in told["html"]


def test_a_batch_names_each_file_and_does_not_stop_at_a_bad_one(monkeypatch, tmp_path: Path):
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.eml").write_bytes(b"")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "d.eml").write_bytes(MAIL)
    real = reading.read
    monkeypatch.setattr(
        reading, "read", lambda raw: real(raw) if raw else (_ for _ in ()).throw(ValueError("x"))
    )
    told = receive(monkeypatch, b"", "--batch", str(tmp_path))
    assert [line["file"] for line in told] == ["a.eml", "b.eml", "c/d.eml"]
    assert [line["fate"] for line in told] == ["created", "quarantined", "created"]
    assert told[1]["steps"] == ["read: ValueError: x"]


def store(monkeypatch, raw: bytes = b"", *args: str) -> list[dict]:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    out = io.StringIO()
    call_command("receive_email", *args, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_without_dry_run_it_is_stored_once(monkeypatch):
    make_mailbox("support@desk.test")
    make_mailbox("sales@desk.test", name="Sales")
    (told,) = store(monkeypatch, MAIL)
    row = InboundMail.objects.get()
    assert (told["fate"], told["ticket"]) == ("created", row.ticket.reference)
    assert row.mailbox.address == "support@desk.test"  # its To says so
    (again,) = store(monkeypatch, MAIL)
    assert again["ticket"] == told["ticket"]
    assert any(step.startswith("duplicate") for step in again["steps"])
    assert InboundMail.objects.count() == 1


@pytest.mark.django_db
def test_the_mailbox_is_given_or_named_by_the_deliverer_or_the_oldest(monkeypatch):
    make_mailbox("Sales@desk.test", name="Sales")
    raw = MAIL.replace(b"support@", b"nobody@")
    (told,) = store(monkeypatch, raw)
    assert told["steps"][0] == "mailbox: Sales@desk.test"
    make_mailbox("support@desk.test")
    (told,) = store(monkeypatch, b"Delivered-To: sales@desk.test\r\n" + MAIL)
    assert told["steps"][0] == "mailbox: Sales@desk.test"
    (told,) = store(monkeypatch, MAIL, "--mailbox", "SALES@desk.test")
    assert told["steps"][0] == "mailbox: Sales@desk.test"
    with pytest.raises(CommandError, match="no mailbox"):
        store(monkeypatch, MAIL, "--mailbox", "x@desk.test")
    (told,) = store(monkeypatch, raw.replace(b"<1@", b"<2@"))
    assert told["steps"][0] == "mailbox: Sales@desk.test"  # the oldest


@pytest.mark.django_db
def test_a_desk_without_mailboxes_has_the_one_it_sends_from(monkeypatch, settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <Help@desk.test>"
    (told,) = store(monkeypatch, MAIL)
    assert (told["fate"], told["steps"][0]) == ("created", "mailbox: help@desk.test")


@pytest.mark.django_db
def test_a_batch_stores_each_and_does_not_stop_at_a_bad_one(monkeypatch, tmp_path: Path):
    make_mailbox("support@desk.test")
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.eml").write_bytes(b"")
    (tmp_path / "c.eml").write_bytes(MAIL.replace(b"<1@", b"<2@"))
    told = store(monkeypatch, b"", "--batch", str(tmp_path))
    assert [line["fate"] for line in told] == ["created", "quarantined", "created"]
    assert [line["file"] for line in told] == ["a.eml", "b.eml", "c.eml"]


def test_a_folder_that_is_none(monkeypatch, tmp_path: Path):
    with pytest.raises(CommandError, match="no folder"):
        receive(monkeypatch, b"", "--batch", str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("name", "written"),
    [("Zoë", "Zoë <z@a.test>"), ('A "B" C.', '"A \\"B\\" C." <z@a.test>'), ("", "z@a.test")],
)
def test_names_are_written_readably(name, written):
    assert reading.as_written(reading.Address(name, "z@a.test")) == written
