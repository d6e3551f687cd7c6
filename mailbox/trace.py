"""What a person reads of one mail: its header and its words, read from the source."""

import logging
from dataclasses import dataclass

from mailbox.models import InboundMail
from mailbox.parsing.charsets import one_line
from mailbox.parsing.headers import decoded, split_head
from mailbox.reading import read
from mailbox.storing import bytes_of

logger = logging.getLogger(__name__)
MOST_HEAD = 200_000  # bytes
MOST_FIELDS = 100
MOST_VALUE = 1_000  # characters
MOST_READ = 2_000_000  # bytes: a larger mail is looked at in its source
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Trace:
    """is_gone: the bytes are not there. text: "" when it cannot be read, or is too large."""

    head: list[tuple[str, str]]
    text: str = ""
    is_gone: bool = False


def trace_of(row: InboundMail) -> Trace:
    try:
        raw = bytes_of(row)
    except FileNotFoundError:
        logger.error("mail %s has no bytes", row.pk)
        return Trace([], is_gone=True)
    head = split_head(raw[:MOST_HEAD].lstrip(b"\r\n"), 0, min(len(raw), MOST_HEAD))[0]
    fields = [
        (field.name, one_line(decoded(field.raw[: MOST_VALUE * 4], head.charset))[:MOST_VALUE])
        for field in head.fields[:MOST_FIELDS]
    ]
    return Trace(fields, _text(raw))


def _text(raw: bytes) -> str:
    """What breaks the reader is in quarantine for that reason, which stands beside it."""
    if len(raw) > MOST_READ:
        return ""
    try:
        return read(raw).visible_text[:MOST_TEXT]
    except Exception:
        logger.exception("a mail could not be read for its trace")
        return ""
