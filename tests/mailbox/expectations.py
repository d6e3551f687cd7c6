"""What a case may name under `expect`, and how each is compared. Only what is named is asked."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbox.parsing.classify import Category, kind_of
from mailbox.reading import split_text
from tests.mailbox.corpora import Case, cases
from tests.mailbox.figures import Figures, f1, same, stripped, words


def measure(folder: Path) -> Figures:
    """The figures of one folder."""
    figures = Figures()
    for case in cases(folder):
        figures.add("fast", case.seconds < 2, case.name, f"{case.seconds:.1f} s")
        if case.expect:
            compare(case, figures, folder.name)
    return figures


def compare(case: Case, figures: Figures, corpus: str) -> None:
    for key, value in case.expect.items():
        check = CHECKS.get((corpus, key)) or CHECKS.get(("", key))
        if check:
            check(case, value, figures)


CHECKS: dict[tuple[str, str], Any] = {}


def checks(*keys: str, corpus: str = "") -> Any:
    def register(function: Any) -> Any:
        for key in keys:
            CHECKS[corpus, key] = function
        return function

    return register


@checks("subject")
def _subject(case: Case, value: str, figures: Figures) -> None:
    # Zammad gives a subject to a mail without one.
    value = "" if value == "(no subject)" else value
    figures.add("subject", same(case.mail.subject, value), case.name, case.mail.subject, value)


@checks("subject_prefix")
def _subject_prefix(case: Case, value: str, figures: Figures) -> None:
    figures.add("subject", case.mail.subject.startswith(value[:200]), case.name, case.mail.subject)


def _people(figure: str) -> Any:
    def check(case: Case, value: list[list[str | None]], figures: Figures) -> None:
        told = getattr(case.mail, figure)
        wanted = [(name, email) for name, email in value if email and "@" in email]
        ok = [a.email for a in told] == [email for _, email in wanted]
        figures.add("addresses", ok, case.name, told, wanted)
        for address, (name, email) in zip(told, wanted, strict=False):
            ok = same(address.name, name) or name == email
            figures.add("names", ok, case.name, address.name, name)

    return check


for _key, _field in (("from", "from_"), ("to", "to"), ("cc", "cc")):
    CHECKS["stalwart", _key] = _people(_field)


@checks("from_email", corpus="zammad")
def _from_email(case: Case, value: str, figures: Figures) -> None:
    told = case.mail.answer_to.email if case.mail.answer_to else ""
    own = case.mail.sender.email if case.mail.sender else ""
    value = value or ""
    figures.add("addresses", value.lower() in (told.lower(), own.lower()), case.name, own, value)


@checks("from_display_name", corpus="zammad")
def _from_name(case: Case, value: str, figures: Figures) -> None:
    told = case.mail.sender.name if case.mail.sender else ""
    figures.add("names", same(told, value), case.name, told, value)


@checks("to", "cc", corpus="zammad")
def _zammad_people(case: Case, value: str, figures: Figures) -> None:
    wanted = re.findall(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+", value or "")
    told = [a.email for a in (*case.mail.to, *case.mail.cc)]
    figures.add("addresses", set(wanted) <= set(told), case.name, told, wanted)


@checks("to", "cc", corpus="discourse")
def _discourse_people(case: Case, value: list[str], figures: Figures) -> None:
    if "forwarded_by" in case.name:  # of the mail quoted in the text: threading, not reading
        return
    told = [a.email for a in (*case.mail.to, *case.mail.cc)]
    figures.add("addresses", set(value) <= set(told), case.name, told, value)


@checks("sender_email")
def _sender(case: Case, value: str, figures: Figures) -> None:
    if "forwarded_by" in case.name:
        return
    told = case.mail.sender.email if case.mail.sender else ""
    figures.add("addresses", told == value, case.name, told, value)


@checks("sender_email", corpus="auto-headers")
@checks("sender_email", corpus="chatwoot")
def _answer_to(case: Case, value: str, figures: Figures) -> None:
    told = case.mail.answer_to.email if case.mail.answer_to else ""
    figures.add("addresses", told == value, case.name, told, value)


@checks("sender_name")
def _sender_name(case: Case, value: str, figures: Figures) -> None:
    told = case.mail.sender.name if case.mail.sender else ""
    figures.add("names", same(told, value), case.name, told, value)


@checks("message_id")
def _message_id(case: Case, value: str, figures: Figures) -> None:
    figures.add("ids", case.mail.message_id == value, case.name, case.mail.message_id, value)


@checks("references")
def _references(case: Case, value: list[str], figures: Figures) -> None:
    figures.add("ids", list(case.mail.references) == value, case.name, case.mail.references, value)


@checks("in_reply_to")
def _in_reply_to(case: Case, value: str, figures: Figures) -> None:
    figures.add("ids", value in case.mail.in_reply_to, case.name, case.mail.in_reply_to, value)


@checks("date")
def _date(case: Case, value: str, figures: Figures) -> None:
    wanted = datetime.fromisoformat(value)
    if wanted.tzinfo is None:
        return
    told = case.mail.date
    figures.add("date", told == wanted, case.name, told, wanted)


@checks("body", corpus="zammad")
def _zammad_body(case: Case, value: str, figures: Figures) -> None:
    is_html = case.expect["content_type"] == "text/html"
    told = stripped(case.mail.html) if is_html and case.mail.html else case.mail.text
    wanted = stripped(value) if is_html else value
    wanted = "" if wanted.strip() == "no visible content" else wanted
    figures.add(
        "body", f1(told, wanted) >= 0.95, case.name, f"F1 {f1(told, wanted):.2f} {told}", wanted
    )


@checks("text_body", corpus="stalwart")
def _stalwart_body(case: Case, value: list[str | None], figures: Figures) -> None:
    if "malformed" in case.name:  # there it is enough to survive
        return
    wanted = "\n".join(text for text in value if text)  # None stands for a file between
    plain = stripped(wanted) if "<html" in wanted.lower() else wanted
    score = max(f1(case.mail.text, plain), f1(stripped(case.mail.html), plain))
    if "\ufffd" in wanted:
        wanted = re.sub(r"\w*\ufffd\w*", "", wanted)
        score = 1.0 if not words(wanted) - words(case.mail.text) else 0.0
    figures.add("body", score >= 0.95, case.name, f"F1 {score:.2f} {case.mail.text}", wanted)


@checks("text")
def _contains(case: Case, value: str, figures: Figures) -> None:
    figures.add("body", _has(case.mail.text, value), case.name, case.mail.text, value)


@checks("visible_text")
def _visible(case: Case, value: str, figures: Figures) -> None:
    _contains(case, value, figures)
    told = split_text(case.mail)[0]
    wanted = stripped(value.replace("[image:", ""))
    figures.add("visible", f1(told, wanted) >= 0.95, case.name, told, value)


@checks("visible_prefix", "visible_contains")
def _visible_has(case: Case, value: str | list[str], figures: Figures) -> None:
    told = split_text(case.mail)[0]
    for text in [value] if isinstance(value, str) else value:
        _contains(case, text, figures)
        figures.add("visible", _has(told, text), case.name, told, text)


def _has(told: str, wanted: str) -> bool:
    missing = words(stripped(wanted.replace("[image:", ""))) - words(told)
    return sum(missing.values()) <= 0.05 * sum(words(wanted).values())


@checks("attachments", corpus="stalwart")
def _stalwart_files(case: Case, value: list[dict[str, Any]], figures: Figures) -> None:
    told = {hashlib.sha1(f.content).hexdigest() for f in case.mail.attachments}
    if b"x-uuencode" in case.raw:  # which that parser leaves as it is
        return
    for file in value:
        if file["kind"] == "Text":  # as text there, so its bytes are not the file's
            continue
        if file.get("sha1"):
            figures.add("files", file["sha1"] in told, case.name, told, file)
        name = file.get("filename")
        if name:
            names = [f.name for f in case.mail.attachments]
            # That reader takes a path for a name, and its backslashes for escapes.
            ok = any(same(told, name) or name.endswith(told) for told in names)
            figures.add("file names", ok, case.name, names, name)


@checks("attachments", corpus="zammad")
def _zammad_files(case: Case, value: list[dict[str, Any]], figures: Figures) -> None:
    told = {hashlib.sha1(f.content).hexdigest() for f in case.mail.attachments}
    names = [f.name for f in case.mail.attachments]
    for file in value:
        if file["filename"] == "message.html":  # there the html of the body, kept a second time
            continue
        figures.add("files", file["sha1"] in told, case.name, names, file)


@checks("attachments")
def _file_names(case: Case, value: list[str], figures: Figures) -> None:
    names = [f.name for f in case.mail.attachments]
    figures.add("file names", set(value) <= set(names), case.name, names, value)


@checks("attachments_include")
def _include(case: Case, value: list[str], figures: Figures) -> None:
    _file_names(case, value, figures)


@checks("attachment_sizes")
def _sizes(case: Case, value: list[int], figures: Figures) -> None:
    told = [len(f.content) for f in case.mail.attachments]
    figures.add("files", set(value) <= set(told), case.name, told, value)


@checks("attachment_sha256")
def _sha256(case: Case, value: list[str], figures: Figures) -> None:
    told = {hashlib.sha256(f.content).hexdigest() for f in case.mail.attachments}
    figures.add("files", set(value) <= told, case.name, told, value)


@checks("attachment_count")
def _count(case: Case, value: int, figures: Figures) -> None:
    told = [f.name for f in case.mail.attachments]
    figures.add("files", len(told) == value, case.name, told, value)


@checks("attachment_min")
def _at_least(case: Case, value: int, figures: Figures) -> None:
    told = [f.name for f in case.mail.attachments]
    figures.add("files", len(told) >= value, case.name, told, value)


@checks("regular_attachment_count")
def _regular(case: Case, value: int, figures: Figures) -> None:
    told = [f.name for f in case.mail.attachments if not f.inline]
    figures.add("files", len(told) == value, case.name, told, value)


@checks("extracted", corpus="tnef")
def _tnef(case: Case, value: list[dict[str, Any]], figures: Figures) -> None:
    told = {hashlib.sha1(f.content).hexdigest(): f.name for f in case.mail.attachments}
    # Text was kept there as git checks it out; a file is handed on as it is, line breaks and all.
    for f in case.mail.attachments:
        told[hashlib.sha1(f.content.replace(b"\r\n", b"\n")).hexdigest()] = f.name
    for file in value:
        figures.add("files", file["sha1"] in told, case.name, told, file)
        name = re.sub(r"\.[0-9]+$", "", file["name"])  # that tool numbers those of one name
        figures.add("file names", name in told.values(), case.name, told, file)


@checks("list", corpus="tnef")
def _tnef_list(case: Case, value: list[str], figures: Figures) -> None:
    names = [f.name for f in case.mail.attachments]
    wanted = [name for name in value if not name.startswith("body.")]
    figures.add("file names", set(wanted) <= set(names), case.name, names, wanted)


# ── what kind of mail it is ──

_OURS = {"auto_generated": ("auto_reply", "bulk"), "list": ("bulk",), "auto_reply": ("auto_reply",)}


@checks("cls")
def _class(case: Case, value: str, figures: Figures) -> None:
    kind = kind_of(case.mail)
    if value == "spam_suspect":
        figures.add("suspect", kind.suspicious, case.name, kind, value)
        return
    if value in ("normal", "not_a_bounce"):
        ok = kind.category not in (Category.BOUNCE, Category.COMPLAINT)
        ok = ok and (value != "normal" or not kind.is_automatic)
    else:
        ok = kind.category in _OURS.get(value, (value,))
        if value != "list":  # there one is a list's only by the address it goes to
            figures.add("unanswered", kind.is_automatic, case.name, kind.category, value)
    figures.add("class", ok, case.name, (kind.category, kind.why), value)


@checks("auto_reply")
def _auto(case: Case, value: bool, figures: Figures) -> None:
    kind = kind_of(case.mail)
    figures.add("unanswered", kind.is_automatic or not value, case.name, kind.category, value)
    figures.add("class", kind.is_automatic == value, case.name, (kind.category, kind.why), value)


@checks("failed_recipient")
def _failed(case: Case, value: str, figures: Figures) -> None:
    bounce = kind_of(case.mail).bounce
    told = [f.address for f in bounce.failures] if bounce else []
    figures.add("failed", value in told, case.name, told, value)


@checks("hard", corpus="discourse")
def _is_hard(case: Case, value: bool, figures: Figures) -> None:
    bounce = kind_of(case.mail).bounce
    told = [f.hard for f in bounce.failures] if bounce else []
    figures.add("hard/soft", told[:1] == [value], case.name, told, value)


@checks("recipients", corpus="bounces-sisimai")
def _recipients(case: Case, value: list[dict[str, Any]], figures: Figures) -> None:
    """Of the first one; their codes x.0.9nn are their own, for mails that name none."""
    kind = kind_of(case.mail)
    if kind.category != Category.BOUNCE or case.expect["cls"] != "bounce" or not value:
        return
    told, wanted = kind.bounce.failures[0], value[0]
    figures.add("hard/soft", told.hard == wanted["hard"], case.name, told, wanted)
    if wanted["status"] and ".0.9" not in wanted["status"]:
        figures.add("status", told.status == wanted["status"], case.name, told, wanted)
