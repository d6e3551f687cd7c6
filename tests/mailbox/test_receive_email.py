"""manage.py receive_email: one line of JSON for each mail, whatever it is."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from mailbox import reading

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


def test_without_dry_run_it_says_that_it_cannot_store(monkeypatch):
    with pytest.raises(CommandError, match="not stored yet"):
        call_command("receive_email")


def test_a_folder_that_is_none(monkeypatch, tmp_path: Path):
    with pytest.raises(CommandError, match="no folder"):
        receive(monkeypatch, b"", "--batch", str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("name", "written"),
    [("Zoë", "Zoë <z@a.test>"), ('A "B" C.', '"A \\"B\\" C." <z@a.test>'), ("", "z@a.test")],
)
def test_names_are_written_readably(name, written):
    assert reading.as_written(reading.Address(name, "z@a.test")) == written
