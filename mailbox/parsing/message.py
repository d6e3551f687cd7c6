"""One raw e-mail to plain values: `read_mail` never raises and never takes long."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailbox.parsing import charsets, dates, tnef
from mailbox.parsing.addresses import Address, addresses_in
from mailbox.parsing.body import Body, body_of
from mailbox.parsing.headers import Head
from mailbox.parsing.parts import Part, Repairs, base_name, read_part

MAX_RAW_BYTES = 100_000_000  # what is larger was refused before it came here
MAX_NESTED = 3  # a forwarded mail in a forwarded mail in a forwarded mail
MAX_SUBJECT = 1_000


@dataclass(frozen=True, slots=True)
class MailFile:
    """An attachment. `inline`: shown in the text by its content id, not below it."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What one mail says. Text is clean for PostgreSQL; html is as it came, NOT safe to show."""

    head: Head = field(repr=False)
    message_id: str = ""  # all ids without their < >
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    attachments: tuple[MailFile, ...] = ()
    calendars: tuple[str, ...] = ()
    nested: tuple["ParsedMail", ...] = ()
    reports: tuple[tuple[str, str], ...] = ()  # (kind, text) of delivery-status and the like
    kind: str = "text/plain"
    report_type: str = ""
    repairs: tuple[str, ...] = ()

    @property
    def sender(self) -> Address | None:
        """Who wrote it. A list that rewrote From for DMARC names the writer in X-Original-From."""
        original = addresses_in(self.head.raw("x-original-from"))
        if (
            original
            and self.reply_to
            and original[0].email.lower() == self.reply_to[0].email.lower()
        ):
            return self.reply_to[0]
        return self.from_[0] if self.from_ else None

    @property
    def answer_to(self) -> Address | None:
        """Where an answer goes; says nothing about who wrote."""
        return self.reply_to[0] if self.reply_to else self.sender


def read_mail(raw: bytes, depth: int = 0) -> ParsedMail:
    """Reads one message. Everything unreadable is mended, and said in `repairs`."""
    repairs = Repairs()
    if len(raw) > MAX_RAW_BYTES:
        raw = raw[:MAX_RAW_BYTES]
        repairs.add("too large: the end was not read")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
        repairs.add("line breaks of an old Macintosh")
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    charset = _charset_of(raw)
    root = read_part(raw, start, len(raw), repairs, charset=charset)
    head = replace(root.head, charset=charset)
    body = body_of(root, repairs)
    mail = _envelope(head, root)
    files, nested, reports = _files(body, repairs, depth)
    return replace(
        mail,
        text=body.text,
        html=body.html,
        attachments=files,
        calendars=tuple(body.calendars),
        nested=nested,
        reports=reports,
        repairs=tuple(repairs.found),
    )


_CHARSET = re.compile(rb"charset[ \t]*=[ \t]*\"?([\w.:-]{2,40})", re.IGNORECASE)
_SAYS_NOTHING = ("cp1252", "utf-8", "ascii", None)


def _charset_of(raw: bytes) -> str | None:
    """Raw 8-bit headers are likely in the charset of a text; Latin-1 is often only a default."""
    found = [match[1].decode("ascii", "ignore") for match in _CHARSET.finditer(raw, 0, 200_000)]
    telling = (name for name in found if charsets.codec_named(name) not in _SAYS_NOTHING)
    return next(telling, found[0] if found else None)


def _envelope(head: Head, root: Part) -> ParsedMail:
    def people(name: str) -> tuple[Address, ...]:
        found = (addresses_in(f.raw, head.charset) for f in head.fields if f.name == name)
        return tuple(address for several in found for address in several)

    return ParsedMail(
        head=head,
        message_id=next(iter(ids_in(head.text("message-id"))), ""),
        in_reply_to=ids_in(" ".join(head.all("in-reply-to"))),
        references=ids_in(" ".join(head.all("references"))),
        from_=people("from") or people("sender"),
        to=people("to"),
        cc=people("cc"),
        reply_to=people("reply-to"),
        subject=head.text("subject")[:MAX_SUBJECT],
        date=dates.date_of(head.text("date")),
        kind=root.kind,
        report_type=root.parameters.get("report-type", "").lower(),
    )


def ids_in(text: str) -> tuple[str, ...]:
    """Message-IDs, without brackets, each once, in their order."""
    found = re.findall(r"<\s*([^<>\s]{1,900})\s*>", text)
    if not found:
        found = [word.strip("<>") for word in text.split() if "@" in word and len(word) <= 900]
    return tuple(dict.fromkeys(found))


def _files(
    body: Body, repairs: Repairs, depth: int
) -> tuple[tuple[MailFile, ...], tuple[ParsedMail, ...], tuple[tuple[str, str], ...]]:
    files: list[MailFile] = []
    nested: list[ParsedMail] = []
    reports: list[tuple[str, str]] = []
    for part in body.others:
        content = part.content(repairs)
        if part.kind in ("message/rfc822", "message/global") and depth < MAX_NESTED:
            nested.append(read_mail(content, depth + 1))
        elif part.kind in _REPORTS:
            reports.append((part.kind, charsets.decode(content, part.charset)[0]))
        files += _unpacked(part, content, body, repairs, nested)
    for found in body.in_text:
        name = base_name(charsets.one_line(charsets.guess(found.name)))
        files.append(MailFile(name, "application/octet-stream", found.content))
    return tuple(files), tuple(nested), tuple(reports)


_REPORTS = (
    "message/delivery-status", "message/global-delivery-status", "message/feedback-report",
    "message/disposition-notification", "text/rfc822-headers", "message/rfc822-headers",
)  # fmt: skip


def _unpacked(
    part: Part, content: bytes, body: Body, repairs: Repairs, nested: list[ParsedMail]
) -> list[MailFile]:
    """The part as a file; for winmail.dat what is inside it."""
    is_tnef = part.kind in ("application/ms-tnef", "application/vnd.ms-tnef")
    if is_tnef or part.file_name.lower() == "winmail.dat":
        try:
            inside = tnef.read_tnef(content)
        except tnef.NotTnef:
            repairs.add("winmail.dat without TNEF inside")
        else:
            repairs.add("" if inside.whole else "winmail.dat cut off")
            return _from_tnef(inside, body)
    name = part.file_name or _name_for(part, nested)
    content_id = part.content_id
    shown = body.shows(content_id) or (not body.html and part.disposition == "inline")
    inline = bool(content_id) and part.kind.startswith("image/") and shown
    return [MailFile(name, part.kind, content, content_id, inline)]


def _from_tnef(inside: tnef.Tnef, body: Body) -> list[MailFile]:
    """Its text is the text of the mail only where the mail has none of its own."""
    if not body.text.strip() and not body.html.strip():
        body.take(inside.text, charsets.decode(inside.html, None)[0] if inside.html else "")
    files = [
        MailFile(
            base_name(charsets.one_line(file.name)) or "file",
            file.kind or "application/octet-stream",
            file.content,
            file.content_id,
            bool(file.content_id) and body.shows(file.content_id),
        )
        for file in inside.files
    ]
    for name, kind, content in (
        ("message.html", "text/html", inside.html),
        ("message.rtf", "application/rtf", inside.rtf),
    ):
        if content:
            files.append(MailFile(name, kind, content))
    return files


_ENDINGS = {
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "message/rfc822": "eml",
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "application/pdf": "pdf",
    "application/pkcs7-mime": "p7m", "application/pgp-signature": "asc", "text/csv": "csv",
}  # fmt: skip


def _name_for(part: Part, nested: list[ParsedMail]) -> str:
    if part.kind == "message/rfc822" and nested and nested[-1].subject:
        return f"{nested[-1].subject[:80]}.eml".replace("/", "-")
    ending = _ENDINGS.get(part.kind, "txt" if part.kind.startswith("text/") else "bin")
    return f"{part.kind.partition('/')[0]}.{ending}"
