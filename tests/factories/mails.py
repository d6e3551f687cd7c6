"""Mailboxes and raw mails for tests."""

from itertools import count
from typing import Any

from mailbox.actions import store_sms
from mailbox.models import InboundSms, Mailbox, SmsFate

_number = count(1)


def make_mailbox(address: str = "support@desk.test", **fields: Any) -> Mailbox:
    return Mailbox.objects.create(**{"name": "Support", "address": address, **fields})


def make_mail(
    body: str = "It jams on every second page.",
    *,
    sender: str = "Carol Contact <carol@acme.test>",
    subject: str = "Paper jam",
    header_id: str | None = None,
    **headers: str,
) -> bytes:
    """A raw mail; headers: in_reply_to="<x@y>" and the like. header_id "" leaves the id out."""
    header_id = f"<m{next(_number)}@acme.test>" if header_id is None else header_id
    lines = {"From": sender, "To": "support@desk.test", "Subject": subject}
    if header_id:
        lines["Message-ID"] = header_id
    lines |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines["Content-Type"] = lines.pop("Content-Type", "text/plain; charset=utf-8")
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\n{body}\r\n".encode()


def make_sms(body: str = "Is anybody there?", *, phone: str = "+447700900777") -> InboundSms:
    """One that waits for a person."""
    row, _is_new = store_sms(sid=f"SM{next(_number):032x}", sender=phone, to="", body=body)
    row.fate, row.reason = SmsFate.QUARANTINED, "Several customers have this number."
    row.save()
    return row
