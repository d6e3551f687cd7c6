"""Mails that say another mail did not arrive: whom, why, for good or not, and which mail it was."""

import re
from dataclasses import dataclass
from enum import StrEnum

from mailbox.parsing.headers import Head, split_head
from mailbox.parsing.message import ParsedMail, ids_in

MAX_FAILED = 100
MAX_TEXT = 60_000  # what a mail server writes is short; behind it comes the mail it gives back


class Reason(StrEnum):
    USER_UNKNOWN = "user_unknown"
    HOST_UNKNOWN = "host_unknown"
    TAKES_NO_MAIL = "takes_no_mail"
    MOVED = "moved"
    MAILBOX_FULL = "mailbox_full"
    TOO_LARGE = "too_large"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    REFUSED = "refused"
    DELIVERED = "delivered"
    SYSTEM = "system"
    UNKNOWN = "unknown"


HARD = {Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.TAKES_NO_MAIL, Reason.MOVED}


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
    r"mailer[-_ ]?daemon|po+stmaster|mail[-_. ]?deliver|mail[-_. ]?system|mail[-_. ]?administrator"
    r"|mdaemon|bounce[-+@]|^\W*$|auto-?answer",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (?:status )?(?:notification|failure|has failed|failed|problem"
    r"|report|error|delayed)|(?:mail|message|e-?mail) (?:delivery )?(?:has )?(?:failed|failure|error)"
    r"|fail(?:ed|ure) (?:notice|delivery)|notice of failure|non.?delivery|mail status report"
    r"|could ?n[o']t be (?:sent|delivered)|not (?:be )?delivered|delivery has failed|delayed mail"
    r"|error sending your mail|mail system error|loop alert|rejected mail|warning: (?:could not|message)"
    r"|не доставлено|не удалось|unzustellbar|nicht zugestellt|non remis|no entregado"
    r"|mancato recapito|onbestelbaar|olevererbart|メールエラー|配信不能|配信エラー|送信エラー|不達"
    r"|退信|投递失败|传递失败",
    re.IGNORECASE,
)
_SAYS_FAILURE = re.compile(
    r"(?:could ?n[o']t|can ?not|was not|unable to|not be able to|failed to) (?:be )?deliver"
    r"|delivery (?:to the following|failed|has failed|error)|undeliver|permanent (?:fatal )?error"
    r"|(?:^|[\s:<>\"(])[45][0-5][0-9][- #(]+(?:[45]\.[0-9]{1,2}\.[0-9]{1,3}|\S)"
    r"|(?:following|these) (?:address|recipient)|recipient.{0,40}(?:reject|unknown|not exist)"
    r"|user unknown|unknown user|mailbox (?:is )?full|over quota|no such user|host unknown|returned mail"
    r"|届けることができません|送信できません|配信できません|受信者が不明|メールボックス",
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


def _from_reports(mail: ParsedMail) -> list[Failure]:
    found: list[Failure] = []
    words = _own_words(mail)
    for kind, text in mail.reports:
        if not kind.endswith("delivery-status"):
            continue
        for group in _groups(text):
            address = _address_in(group.text("final-recipient") or group.text("original-recipient"))
            original = _address_in(group.text("original-recipient") or group.text("x-actual-recipient"))
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
        if merged and head.fields and not head.has("final-recipient") and merged[-1].has("final-recipient"):
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


def _address_in(text: str) -> str:
    found = _ADDRESS.search(text.rpartition(";")[2])
    return found[0] if found else text.rpartition(";")[2].strip(" <>")


def _addresses_in(words: str, mail: ParsedMail) -> list[str]:
    """Addresses named, without that of the daemon and of the one it writes to."""
    own = {address.email.lower() for address in (*mail.to, *mail.from_)}
    found = [a for a in dict.fromkeys(_ADDRESS.findall(words)) if not _DAEMON.search(a)]
    others = [a for a in found if a.lower() not in own]
    marked = [a for a in others if re.search(rf"<{re.escape(a)}>|^\s*{re.escape(a)}", words, re.M)]
    return (marked or others or found)[:MAX_FAILED]


def _said_of(address: str, words: str, others: list[str]) -> str:
    """What follows an address: a report may name several with their own reasons."""
    at = words.find(address) + len(address)
    said = words[at : at + 1_500]
    for other in others[:20]:
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
    if not status or (inner and status.endswith((".0.0", ".3.0")) ):
        status = inner or status
    reason = Reason.DELIVERED if action in ("delivered", "relayed", "expanded") else _reason(said, status)
    if reason is Reason.UNKNOWN:
        reason = _reason(words, status)
    if not status:
        status = _status_in(words)
    if reason is Reason.UNKNOWN:
        reason = _by_status(status, action)
    return Failure(address or original, reason, status, " ".join(said.split())[:500])


# Phrases of which the plain words below would say something else.
_SAYINGS: tuple[tuple[Reason, str], ...] = (
    # Exchange Online, for an address it does not have.
    (Reason.USER_UNKNOWN, r"5\.4\.1 .{0,120}recipient address rejected: access denied"),
    # Japanese mobile carriers say so when their customer's filter refused the sender.
    (Reason.REFUSED, r"550[ -]+'?unknown user [^\s@]+@|\bdocomo\b.{0,80}unknown user|550:? ?: user unknown"),
    (Reason.REFUSED, r"(?:domain of )?sender address|\b5\.1\.[78]\b|disabled .{0,15}(?:recipient|address)"),
    (Reason.SYSTEM, r"procmail|couldn.t create|malformed or unexpected name server"),
    (Reason.BLOCKED, r"no access from mail server|open relay"),
)  # fmt: skip

# In the order in which they are asked: a full mailbox is often called "rejected" too.
_WORDS: tuple[tuple[Reason, str], ...] = (
    (
        Reason.MAILBOX_FULL,
        r"mailbox (?:is |was |size )?(?:full|exceed|limit)|over ?quota|quota (?:is )?(?:exceed|full)"
        r"|exceed\w* .{0,20}(?:quota|storage|mailbox size)|full mailbox|out of (?:storage|space)"
        r"|insufficient (?:system )?(?:storage|disk)|account is full|disk (?:quota|full|space)|storage full"
        r"|mailfolder is full|too much mail|inbox is full|quota violation|\bfull\b.{0,20}(?:mail|in)box",
    ),
    (
        Reason.TOO_LARGE,
        r"(?:message|mail|size|file).{0,25}(?:too (?:big|large)|exceeds?.{0,25}(?:limit|maxim|size))|max(?:imum)? message size"
        r"|larger than.{0,20}(?:current )?(?:system )?limit|message length exceeds",
    ),
    (
        Reason.BLOCKED,
        r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated email|authentication (?:checks|results)|\brbl\b|dnsbl|spamhaus|spamcop"
        r"|black ?list|block ?list|blocked|banned|reputation|\bptr\b|reverse dns|rdns|spam|junk mail|virus|malware"
        r"|infected|(?:local|security|content|site|access) polic|policy (?:reason|violation|reject)|prohibited"
        r"|too many (?:connection|messages|recipients)|rate limit|throttl|greylist|relay(?:ing)? (?:access )?(?:denied|not)"
        r"|not permitted to relay|unable to relay|relaying|access denied|client host rejected|poor rep|dynamic ip"
        r"|bad hostname|helo|suspicious|unsolicited|no ptr|resolve.{0,20}(?:sender|client)|s[3-6]150|not authori[sz]ed"
        r"|(?:starttls|tls|encryption) (?:is )?required|must issue a starttls|authentication required"
        r"|attachment.{0,30}(?:not allowed|block|type)|content (?:filter|reject)|rfc ?(?:2822|5322|822)|header (?:error|syntax)|deliverability",
    ),
    (
        Reason.REFUSED,
        r"(?:account|mailbox|user|recipient|address).{0,40}(?:disabled|inactive|suspend|deactivat|locked|not active|\bclosed|expired)"
        r"|(?:disabled|inactive|suspended) (?:account|mailbox|user)|not accepting (?:mail|messages)|sender.{0,25}(?:reject|denied|refused|invalid|not exist|unknown|verify)"
        r"|(?:verify|unknown) sender|temporarily disabled|don't accept (?:mail|messages) from|posting to the group|permission to post|permissions?.{0,30}(?:post|send)",
    ),
    (
        Reason.TAKES_NO_MAIL,
        r"does not accept (?:any )?(?:e-?mail|mail)|null ?mx|domain (?:does not|doesn't) (?:accept|receive)|smtp protocol returned a permanent|no mx (?:or|found|record|entry)"
        r"|indicated no smtp service|mail receiving disabled|cannot find (?:an|any) exchanger|all relevant mx records point to non-existent",
    ),
    (
        Reason.MOVED,
        r"has moved|moved to (?:another|a new)|no longer (?:valid|in use|works? (?:here|for|at))|address (?:has )?changed|user (?:has )?moved|new address is|mailbox has been moved",
    ),
    (
        Reason.HOST_UNKNOWN,
        r"host (?:or domain )?(?:name )?(?:is )?(?:unknown|not found|lookup)|unknown (?:host|domain|mail server)|domain (?:name )?(?:is )?(?:not found|unknown|(?:does not|doesn't) exist)"
        r"|couldn.t find any host|domain is not reachable|no such (?:host|domain)|domain.{0,20}(?:not found|non.?exist|does not exist|couldn.t be found)|unrouteable (?:mail )?(?:domain|address)|unresolvable|nxdomain|no valid host"
        r"|invalid (?:host|domain)|recipient address rejected: domain|name or service not known|illegal host|dns (?:error|lookup)|host was not found|bad (?:host|domain|destination)",
    ),
    (
        Reason.EXPIRED,
        r"timed? ?out|time ?out|retry time|delivery time expired|too long|could not (?:connect|be reached)|connection (?:refused|lost|dropped|reset|timed)"
        r"|not delivered within|delayed|no longer (?:be )?retr|unable to (?:connect|contact)|deferred|queue.{0,20}(?:expired|too long)|network (?:is )?unreach|gave up"
        r"|max(?:imum)? (?:retry|time)|expired|has been queued|try again later|not responding|(?:未配信|時間切れ)|no route to host|couldn't connect",
    ),
    (
        Reason.USER_UNKNOWN,
        r"user.{0,30}(?:unknown|not found|(?:does not|doesn't|not) exist|doesn.t have|not known|not listed|no longer|invalid)|unknown (?:user|recipient|local|address|account|mailbox)"
        r"|no such (?:user|recipient|address|mailbox|person|account|local)|(?:mailbox|recipient|address|account|addressee|e-?mail).{0,60}(?:not found|unknown|unavailable|(?:does not|doesn.t|not) exist|not (?:be )?(?:found|valid|available|a valid)|couldn.t be found|invalid|not in)"
        r"|invalid (?:user|recipient|mailbox|address|final)|no (?:mailbox|user|account|recipient)(?: here| by| with)?|not a (?:valid|known) (?:user|recipient|mailbox|address)|recipnotfound|resolver\.adr|not our customer|unrouteable|is not (?:a )?(?:known|local|valid)|bad (?:address|recipient|mailbox|destination mailbox)|rejected.{0,20}recipient|all recipients|delivery not allowed to non-local"
        r"|undeliverable address|nobody by that name|宛先(?:不明|が)|受信者が(?:不明|見つ)|нет такого|не существует|несуществующ|unknown or illegal|doesn't have .{0,30}account|this user|cannot be found|not listed in|no valid recipients|no matches to nameserver",
    ),
    (
        Reason.SYSTEM,
        r"mail(?:er)? (?:loop|error)|loop|too many hops|hop count|system (?:error|problem|config)|local (?:error|configuration)|command (?:died|failed|output|time)|unexpected|pipe|internal (?:server )?error|service unavailable|i/o error|can't create|cannot (?:open|append|update)|not enough|procmail|configuration",
    ),
)  # fmt: skip
_PATTERNS = tuple(
    (reason, re.compile(words, re.IGNORECASE)) for reason, words in (*_SAYINGS, *_WORDS)
)


def _reason(said: str, status: str) -> Reason:
    said = " ".join(said[:8_000].split())
    if not said:
        return Reason.UNKNOWN
    for reason, pattern in _PATTERNS:
        if pattern.search(said):
            return reason
    return Reason.UNKNOWN


_STATUSES = {
    "1.1": Reason.USER_UNKNOWN, "1.3": Reason.USER_UNKNOWN, "1.10": Reason.USER_UNKNOWN,
    "1.0": Reason.USER_UNKNOWN, "1.2": Reason.HOST_UNKNOWN, "1.6": Reason.MOVED,
    "1.9": Reason.TAKES_NO_MAIL, "2.1": Reason.REFUSED, "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE, "3.4": Reason.TOO_LARGE, "4.1": Reason.EXPIRED, "4.2": Reason.EXPIRED,
    "4.4": Reason.HOST_UNKNOWN, "4.7": Reason.EXPIRED, "4.0": Reason.EXPIRED,
    "4.6": Reason.SYSTEM, "3.0": Reason.SYSTEM, "3.5": Reason.SYSTEM, "7.1": Reason.BLOCKED,
}  # fmt: skip


def _by_status(status: str, action: str) -> Reason:
    if status.startswith("2.") or action == "delivered":
        return Reason.DELIVERED
    known = _STATUSES.get(status[2:])
    if known in HARD and status.startswith("4."):
        return Reason.EXPIRED
    if known:
        return known
    if status[2:].startswith(("7.", "6.")):
        return Reason.BLOCKED
    return Reason.EXPIRED if action == "delayed" else Reason.UNKNOWN
