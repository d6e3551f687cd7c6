"""Mails that say another mail did not arrive: whom, why, for good or not, and which mail it was."""

import re
from dataclasses import dataclass

from mailbox.parsing.headers import Head, split_head
from mailbox.parsing.message import ParsedMail, ids_in
from mailbox.parsing.reasons import HARD, Reason, reason_in, reason_of_status

MAX_FAILED = 50
MAX_TEXT = 60_000  # what a mail server writes is short; behind it comes the mail it gives back


@dataclass(frozen=True, slots=True)
class Failure:
    """One address that got nothing. `hard`: writing again is of no use."""

    address: str
    reason: Reason
    status: str = ""  # D.S.N of RFC 3463, where somebody said one
    said: str = ""  # the server's own words

    @property
    def hard(self) -> bool:
        return self.reason in HARD


@dataclass(frozen=True, slots=True)
class Bounce:
    failures: tuple[Failure, ...]
    original_message_id: str = ""


# ── is it one? ──

_DAEMON = re.compile(
    r"mailer[-_ ]?daemon|po+stmaster|mail[-_. ]?deliver|mail[-_. ]?system"
    r"|mail[-_. ]?administrator|mdaemon|bounce[-+@]|^\W*$|auto-?answer",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|returned mail"
    r"|delivery (?:status )?(?:notification|failure|has failed|failed|problem|report|error"
    r"|delayed)|(?:mail|message|e-?mail) (?:delivery )?(?:has )?(?:failed|failure|error)"
    r"|fail(?:ed|ure) (?:notice|delivery)|notice of failure|non.?delivery|mail status report"
    r"|could ?n[o']t be (?:sent|delivered)|not (?:be )?delivered|delivery has failed"
    r"|delayed mail|error sending your mail|mail system error|loop alert|rejected mail"
    r"|warning: (?:could not|message)|не доставлено|не удалось|unzustellbar|nicht zugestellt"
    r"|non remis|no entregado|mancato recapito|onbestelbaar"
    r"|olevererbart|メールエラー|配信不能|配信エラー|送信エラー"
    r"|不達|退信|投递失败|传递失败",
    re.IGNORECASE,
)
_SAYS_FAILURE = re.compile(
    r"(?:could ?n[o']t|can ?not|was not|unable to|not be able to|failed to) (?:be )?deliver"
    r"|delivery (?:to the following|failed|has failed|error)|undeliver"
    r"|permanent (?:fatal )?error"
    r"|(?:^|[\s:<>\"(])[45][0-5][0-9][- #(]+(?:[45]\.[0-9]{1,2}\.[0-9]{1,3}|\S)"
    r"|(?:following|these) (?:address|recipient)|recipient.{0,40}(?:reject|unknown|not exist)"
    r"|user unknown|unknown user|mailbox (?:is )?full|over quota|no such user|host unknown"
    r"|returned mail|届けることができません|送信できません"
    r"|配信できません|受信者が不明|メールボックス",
    re.IGNORECASE,
)


def is_bounce(mail: ParsedMail) -> bool:
    """Signs of a machine and signs of a failure have to come together."""
    kinds = {kind for kind, _ in mail.reports}
    if kinds & {"message/delivery-status", "message/global-delivery-status"}:
        return True
    if mail.report_type == "delivery-status" or mail.head.has("x-failed-recipients"):
        return True
    if _provider_says(mail):
        return True
    subject = bool(_SUBJECT.search(mail.subject))
    says = bool(_SAYS_FAILURE.search(_own_words(mail)))
    daemon = bool(_DAEMON.search(mail.head.text("from"))) if mail.head.has("from") else True
    if daemon and mail.head.has("from"):
        return subject or says
    if subject and mail.head.has("x-mlserver"):  # a list that turns a mail away
        return True
    null_path = mail.head.has("return-path") and mail.head.text("return-path") in ("<>", "")
    if null_path and _gives_own_mail_back(mail):
        return True
    return subject and says and (null_path or daemon or _gives_mail_back(mail))


def _provider_says(mail: ParsedMail) -> bool:
    """Notifications of Amazon SES that come by mail."""
    return bool(re.search(r'"notificationType":"(?:Bounce|Delivery)"', mail.text[:MAX_TEXT]))


def _gives_mail_back(mail: ParsedMail) -> bool:
    kinds = {kind for kind, _ in mail.reports}
    return bool(mail.nested) or bool(kinds & {"text/rfc822-headers", "message/rfc822-headers"})


def _gives_own_mail_back(mail: ParsedMail) -> bool:
    """The mail inside was written by the one it comes to."""
    to = {address.email.lower() for address in mail.to}
    return any(a.email.lower() in to for nested in mail.nested for a in nested.from_)


# ── whom, why, which ──


def read_bounce(mail: ParsedMail) -> Bounce:
    """What the report says; the addresses as the server wrote them."""
    failures = _from_reports(mail) or _from_text(mail)
    return Bounce(tuple(failures[:MAX_FAILED]), _original_id(mail))


def read_complaint(mail: ParsedMail) -> Bounce:
    """Who complained, where the provider tells it, and of which mail."""
    failures = []
    for kind, text in mail.reports:
        if kind == "message/feedback-report":
            for group in _groups(text):
                for name in ("original-rcpt-to", "removal-recipient"):
                    address = _address_in(group.text(name))
                    if "@" in address:
                        failures.append(Failure(address, Reason.COMPLAINT))
    return Bounce(tuple(dict.fromkeys(failures[:MAX_FAILED])), _original_id(mail))


def _from_reports(mail: ParsedMail) -> list[Failure]:
    found: list[Failure] = []
    words = _own_words(mail)
    for kind, text in mail.reports:
        if not kind.endswith("delivery-status"):
            continue
        for group in _groups(text):
            address = _address_in(group.text("final-recipient") or group.text("original-recipient"))
            original = _address_in(
                group.text("original-recipient") or group.text("x-actual-recipient")
            )
            if not address and not original:
                continue
            said = " ".join((*group.all("diagnostic-code"), *group.all("x-supplementary-info")))
            status = _status_in(group.text("status"))
            action = group.text("action").lower()
            found.append(_failure(address or original, said, status, words, action, original))
    return found


def _groups(text: str) -> list[Head]:
    """The blocks of fields which a delivery status consists of."""
    data = text.encode("utf-8", "replace").strip(b"\n")
    blocks = re.split(rb"\n[ \t]*\n+", data)[:MAX_FAILED]
    heads = [split_head(block, 0, len(block))[0] for block in blocks]
    merged: list[Head] = []
    for head in heads:  # some servers put an empty line between fields of one recipient
        if (
            merged
            and head.fields
            and not head.has("final-recipient")
            and merged[-1].has("final-recipient")
        ):
            merged[-1] = Head(merged[-1].fields + head.fields)
        else:
            merged.append(head)
    return merged


def _from_text(mail: ParsedMail) -> list[Failure]:
    words = _own_words(mail)
    named = mail.head.text("x-failed-recipients")
    addresses = _ADDRESS.findall(named) or _addresses_in(words, mail)
    if not addresses:
        addresses = [""]
    found = []
    for address in dict.fromkeys(addresses):
        said = _said_of(address, words, addresses) if address else words
        found.append(_failure(address, said, "", words, "", address))
    return found


_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,100}@[\w.-]{1,200}\w")


_MARKED = re.compile(rf"<({_ADDRESS.pattern})>|^[ \t]*({_ADDRESS.pattern})", re.MULTILINE)


def _address_in(text: str) -> str:
    found = _ADDRESS.search(text.rpartition(";")[2])
    return found[0] if found else text.rpartition(";")[2].strip(" <>")


def _addresses_in(words: str, mail: ParsedMail) -> list[str]:
    """Addresses named, without that of the daemon and of the one it writes to."""
    own = {address.email.lower() for address in (*mail.to, *mail.from_)}
    named = [a for a in _ADDRESS.findall(words) if not _DAEMON.search(a)]
    others = [a for a in named if a.lower() not in own]
    wanted = set(others)
    marked = [a for a in map("".join, _MARKED.findall(words)) if a in wanted]
    return list(dict.fromkeys(marked or others or named))[:MAX_FAILED]


def _said_of(address: str, words: str, others: list[str]) -> str:
    """What follows an address: a report may name several with their own reasons."""
    at = words.find(address) + len(address)
    said = words[at : at + 1_500]
    for other in others[:10]:
        if other != address and (found := re.search(rf"\n\W*{re.escape(other)}", said)):
            said = said[: found.start()]
    return said


_COPY = re.compile(
    r"^(?:[-= ]*(?:this is a copy of|below this line is|a copy of (?:the|your)|original message"
    r"|(?:begin )?(?:returned|unsent|forwarded) message|included is a copy|-- ?message header"
    r"|original (?:mail|headers?)|the (?:attached|original) message|message (?:text|headers) follow"
    r"|your (?:original )?message (?:is|was|begins|follows|reads)"
    r"|---+ ?(?:message|copy|header)).*|received: |return-path: |-{5,} .{0,60} -{5,}\s*\n+"
    r"(?:received|return-path|from|date|to|subject|message-id): .*)$",
    re.IGNORECASE | re.MULTILINE,
)


def _own_words(mail: ParsedMail) -> str:
    """What the server wrote, without the mail it gives back."""
    text = mail.text[:MAX_TEXT]
    copy = _COPY.search(text, 40)
    return text[: copy.start()] if copy else text


def _original_id(mail: ParsedMail) -> str:
    for nested in mail.nested:
        if nested.message_id:
            return nested.message_id
    pattern = re.compile(r"^[> \t]*Message-Id:\s*(<[^<>\s]{3,900}>)", re.IGNORECASE | re.MULTILINE)
    texts = [text for kind, text in mail.reports if "headers" in kind]
    texts += [mail.text, *(text for _, text in mail.reports)]
    for text in texts:
        found = pattern.search(text[:500_000])
        if found:
            return ids_in(found[1])[0]
    return next(iter(mail.in_reply_to or mail.references), "")


# ── words of servers ──

_STATUS = re.compile(r"(?<![\d.])([245]\.[0-9]{1,2}\.[0-9]{1,3})(?![\d.]*\d)")


def _status_in(text: str) -> str:
    found = _STATUS.search(text)
    return found[1] if found else ""


def _failure(
    address: str, said: str, status: str, words: str, action: str, original: str
) -> Failure:
    inner = _status_in(said)
    if not status or (inner and status.endswith((".0.0", ".3.0"))):
        status = inner or status
    reason = Reason.DELIVERED if action in ("delivered", "relayed", "expanded") else reason_in(said)
    if reason is Reason.UNKNOWN:
        reason = reason_in(words)
    if not status:
        status = _status_in(words)
    if reason is Reason.UNKNOWN:
        reason = reason_of_status(status, action)
    return Failure(address or original, reason, status, " ".join(said.split())[:500])
