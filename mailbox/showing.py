"""A mail as it was sent, made safe to show in a frame of its own.

Cleaned anew each time it is shown: what the cleaner learns later protects against old mails, too.
Three fences stand one behind the other: the cleaner, the policy of the answer, and the sandbox of
the frame. The sandbox has allow-same-origin and never allow-scripts: without scripts nothing inside
can use the origin, while our script outside may measure the height, and the pictures of the mail,
which are attachments, are asked for with the reader's session.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from mailbox.models import InboundMail
from mailbox.parsing.html import clean_html
from mailbox.parsing.message import ParsedMail
from mailbox.reading import Reading, read
from mailbox.storing import bytes_of
from tickets.models import TicketFile

logger = logging.getLogger(__name__)
MOST_READ = 15_000_000  # bytes, read in a second; a larger mail is looked at in its source
MOST_TEXT = 200_000  # characters
NOTHING_RUNS = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True)
class Document:
    """html: safe; empty when the mail has only text. waiting: pictures that were not fetched.

    problem: "gone", "large" or "broken" when there is nothing to show.
    """

    html: str = ""
    text: str = ""
    waiting: int = 0
    problem: str = ""


def policy_of(*, with_pictures: bool) -> str:
    """The Content-Security-Policy of the document. Pictures in place come from our own origin."""
    images = "'self' data: https:" if with_pictures else "'self' data:"
    return (
        f"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src {images}; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'self'; {NOTHING_RUNS}"
    )


def as_document(row: InboundMail, *, with_pictures: bool) -> Document:
    """What the frame shows."""
    reading, problem = _reading(row)
    if reading is None:
        return Document(problem=problem)
    mail = reading.mail
    if not mail.html.strip():
        return Document(text=mail.text[:MOST_TEXT])
    found = clean_html(mail.html, _pictures_of(row, mail), with_remote_images=with_pictures)
    return Document(html=found.html, waiting=0 if with_pictures else found.remote_images)


def folded_text(row: InboundMail) -> str:
    """History and signature; "" when there is none, or when it cannot be read any more."""
    reading, _problem = _reading(row)
    return reading.folded_text[:MOST_TEXT] if reading else ""


def _reading(row: InboundMail) -> tuple[Reading | None, str]:
    if row.size_bytes > MOST_READ:
        return None, "large"
    try:
        raw = bytes_of(row)
    except FileNotFoundError:
        logger.error("mail %s has no bytes", row.pk)
        return None, "gone"
    try:
        return read(raw), ""
    except Exception:  # it waits in quarantine for that reason, which its trace says
        logger.exception("mail %s could not be read to be shown", row.pk)
        return None, "broken"


def _pictures_of(row: InboundMail, mail: ParsedMail) -> Mapping[str, str]:
    """Where the attachments are which the text shows, by Content-ID: found by what is in them."""
    hashes = {
        file.content_id: hashlib.sha256(file.content).hexdigest()
        for file in mail.attachments
        if file.content_id and file.kind.startswith("image/")
    }
    where = Q(message=row.message_id) if row.message_id else Q(message=None, ticket=row.ticket_id)
    if not hashes or row.ticket_id is None:
        return {}
    files = TicketFile.objects.filter(where, stored__sha256__in=hashes.values())
    urls = {
        file.stored.sha256: reverse("tickets:attachment", args=[file.pk]) + "?show"
        for file in files.select_related("stored")
        if file.stored.is_image
    }
    return {cid: urls[digest] for cid, digest in hashes.items() if digest in urls}
