"""The row of a mail: its bytes are on the disk before anything else is tried."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.utils import timezone

from attachments.models import file_storage
from core.text import one_line
from mailbox.models import ID_LENGTH, Fate, InboundMail, Mailbox
from mailbox.parsing.message import ParsedMail


def keep_bytes(raw: bytes) -> str:
    """Write the source down; returns its name in the storage."""
    key = uuid.uuid4().hex
    return file_storage().save(f"mail/{key[:2]}/{key}", ContentFile(raw))


def bytes_of(row: InboundMail) -> bytes:
    with row.raw.open("rb") as handle:
        return handle.read()


def header_id_of(mail: ParsedMail | None, raw: bytes) -> str:
    """Its Message-ID; without one, or with a monstrous one, an id of its bytes or of the id."""
    given = one_line(mail.message_id) if mail else ""
    if 0 < len(given) <= ID_LENGTH:
        return given
    source = given.encode() if given else raw
    return f"{hashlib.sha256(source).hexdigest()}@{'long' if given else 'without'}-id.invalid"


def new_row(mailbox: Mailbox, mail: ParsedMail | None, raw: bytes, header_id: str) -> InboundMail:
    """An unsaved row. Until its fate is known it counts as one in quarantine."""
    sender = mail.sender if mail else None
    return InboundMail(
        mailbox=mailbox,
        header_id=header_id,
        size_bytes=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        received_at=timezone.now(),
        from_email=(sender.email.lower() if sender else "")[:254],
        from_name=one_line(sender.name)[:150] if sender else "",
        subject=one_line(mail.subject)[:300] if mail else "",
        fate=Fate.QUARANTINED,
        reason="being read",
    )
