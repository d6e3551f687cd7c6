"""What one raw mail says and what kind it is, in the words of `manage.py receive_email`."""

import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from mailbox.parsing.addresses import Address
from mailbox.parsing.classify import Category, Kind, kind_of
from mailbox.parsing.html import clean_html, split_html
from mailbox.parsing.message import ParsedMail, read_mail
from mailbox.parsing.replies import split_reply
from mailbox.parsing.totext import text_of_html

logger = logging.getLogger(__name__)

# SEMANTICS section 7. A complaint is a report about a mail of ours, and is handled as a bounce.
FATES = {
    Category.PERSON: "created",
    Category.BOUNCE: "bounce",
    Category.COMPLAINT: "bounce",
    Category.AUTO_REPLY: "auto_reply",
    Category.BULK: "ignored",
    Category.OWN_LOOP: "ignored",
}
_SPECIALS = set('()<>[]:;@\\,."')


@dataclass(frozen=True)
class Reading:
    """A mail, its kind, what of its text is new, and the rest: history and signature."""

    mail: ParsedMail
    kind: Kind
    visible_text: str
    folded_text: str = ""


def read(raw: bytes, our_addresses: Collection[str] = ()) -> Reading:
    """Read one RFC 5322 message; what is broken in it is mended and said in mail.repairs.

    our_addresses: the mailboxes, in small letters, besides the sender of our own mail.
    """
    mail = read_mail(raw)
    _name, ours = parseaddr(settings.DEFAULT_FROM_EMAIL)
    kind = kind_of(
        mail,
        our_domains=[(urlsplit(settings.SITE_URL).hostname or "").lower()],
        our_addresses=[ours.lower(), *our_addresses],
    )
    return Reading(mail, kind, *split_text(mail))


def split_text(mail: ParsedMail) -> tuple[str, str]:
    """(what the sender wrote this time, history and signature).

    The first is never empty for a mail with text.
    """
    sender = mail.sender.name if mail.sender else ""
    if mail.html and mail.text.strip() == text_of_html(mail.html).strip():
        visible, rest = split_html(mail.html, sender)
        reply = split_reply(text_of_html(visible), sender)
        folded = [reply.signature, reply.quoted, text_of_html(rest) if rest else ""]
    else:
        reply = split_reply(mail.text, sender)
        folded = [reply.signature, reply.quoted]
    return reply.visible, "\n\n".join(text for text in folded if text.strip())


def report(raw: bytes) -> dict[str, Any]:
    """The mail as JSON-ready values. A mail that breaks the reader is "quarantined", and logged."""
    try:
        return _report(read(raw))
    except Exception as error:  # nothing may stop the mails behind it (ATTACKS B20)
        logger.exception("a mail could not be read")
        why = f"{type(error).__name__}: {error}"[:500]
        return {
            "fate": "quarantined", "ticket": None, "message_id": "", "from": "", "subject": "",
            "visible_text": "", "html": "", "attachments": [], "steps": [f"read: {why}"],
        }  # fmt: skip


def _report(found: Reading) -> dict[str, Any]:
    mail, kind = found.mail, found.kind
    return {
        "fate": FATES[kind.category],
        "ticket": None,
        "message_id": mail.message_id,
        "from": as_written(mail.sender) if mail.sender else "",
        "subject": mail.subject,
        "visible_text": found.visible_text,
        "html": clean_html(mail.html, {}).html if mail.html else "",
        "attachments": [
            {
                "name": file.name,
                "type": file.kind,
                "bytes": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in mail.attachments
        ],
        "steps": first_steps(mail, kind),
    }


def first_steps(mail: ParsedMail, kind: Kind) -> list[str]:
    """The beginning of a trace: what was mended, what kind it is and what speaks against it."""
    steps = [f"read: {repair}" for repair in mail.repairs]
    steps.append(f"kind: {kind.category}" + (f", {kind.why}" if kind.why else ""))
    if kind.bounce is not None:
        for failure in kind.bounce.failures:
            hardness = "hard" if failure.hard else "soft"
            steps.append(f"bounce: {failure.address} {hardness} {failure.status} {failure.reason}")
    steps += [f"suspicious: {sign}" for sign in kind.suspicious]
    return steps


def as_written(address: Address) -> str:
    """Name <address>, readable: no encoded words, a name with specials in quotes."""
    name = address.name
    if _SPECIALS & set(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address.email}>" if name else address.email
