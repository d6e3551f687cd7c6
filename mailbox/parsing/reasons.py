"""Why mail servers refuse: their words and codes (RFC 3463) as one of twelve reasons."""

import re
from enum import StrEnum
from functools import lru_cache


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
    COMPLAINT = "complaint"
    SYSTEM = "system"
    UNKNOWN = "unknown"


HARD = {Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.TAKES_NO_MAIL, Reason.MOVED}


# Phrases of which the plain words below would say something else. Each of those with a remark
# is how one large provider speaks.
_SAYINGS: tuple[tuple[Reason, str], ...] = (
    # Exchange Online, of an address it does not have; Japanese mobile carriers, when the filter of
    # their customer refused the sender.
    (
        Reason.USER_UNKNOWN,
        r"5\.4\.1 .{0,120}recipient address rejected: access denied",
    ),
    (
        Reason.REFUSED,
        r"550[ -]+'?unknown user [^\s@]+@|\bdocomo\b.{0,80}unknown user|550:? ?: user unknown",
    ),
    (
        Reason.REFUSED,
        r"(?:domain of )?sender address|\b5\.1\.[78]\b|disabled .{0,15}(?:recipient|address)",
    ),
    (
        Reason.SYSTEM,
        r"procmail|couldn.t create|malformed or unexpected name server",
    ),
    (
        Reason.BLOCKED,
        r"no access from mail server|open relay",
    ),
)

# In the order in which they are asked: a full mailbox is often called "rejected" too.
_WORDS: tuple[tuple[Reason, str], ...] = (
    (
        Reason.MAILBOX_FULL,
        r"mailbox (?:is |was |size )?(?:full|exceed|limit)|over ?quota"
        r"|quota (?:is )?(?:exceed|full)|exceed\w* .{0,20}(?:quota|storage|mailbox size)"
        r"|full mailbox|out of (?:storage|space)|insufficient (?:system )?(?:storage|disk)"
        r"|account is full|disk (?:quota|full|space)|storage full|mailfolder is full"
        r"|too much mail|inbox is full|quota violation|\bfull\b.{0,20}(?:mail|in)box",
    ),
    (
        Reason.TOO_LARGE,
        r"(?:message|mail|size|file).{0,25}(?:too (?:big|large)|exceeds?.{0,25}(?:limit|maxim"
        r"|size))|max(?:imum)? message size|larger than.{0,20}(?:current )?(?:system )?limit"
        r"|message length exceeds",
    ),
    (
        Reason.BLOCKED,
        r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated email|authentication (?:checks|results)"
        r"|\brbl\b|dnsbl|spamhaus|spamcop|black ?list|block ?list|blocked|banned|reputation"
        r"|\bptr\b|reverse dns|rdns|spam|junk mail|virus|malware|infected"
        r"|(?:local|security|content|site|access) polic|policy (?:reason|violation|reject)"
        r"|prohibited|too many (?:connection|messages|recipients)|rate limit|throttl|greylist"
        r"|relay(?:ing)? (?:access )?(?:denied|not)|not permitted to relay|unable to relay"
        r"|relaying|access denied|client host rejected|poor rep|dynamic ip|bad hostname|helo"
        r"|suspicious|unsolicited|no ptr|resolve.{0,20}(?:sender|client)|s[3-6]150"
        r"|not authori[sz]ed|(?:starttls|tls|encryption) (?:is )?required|must issue a starttls"
        r"|authentication required|attachment.{0,30}(?:not allowed|block|type)"
        r"|content (?:filter|reject)|rfc ?(?:2822|5322|822)|header (?:error|syntax)"
        r"|deliverability",
    ),
    (
        Reason.REFUSED,
        r"(?:account|mailbox|user|recipient|address).{0,40}(?:disabled|inactive|suspend"
        r"|deactivat|locked|not active|\bclosed|expired)"
        r"|(?:disabled|inactive|suspended) (?:account|mailbox|user)"
        r"|not accepting (?:mail|messages)"
        r"|sender.{0,25}(?:reject|denied|refused|invalid|not exist|unknown|verify)"
        r"|(?:verify|unknown) sender|temporarily disabled|don't accept (?:mail|messages) from"
        r"|posting to the group|permission to post|permissions?.{0,30}(?:post|send)",
    ),
    (
        Reason.TAKES_NO_MAIL,
        r"does not accept (?:any )?(?:e-?mail|mail)|null ?mx"
        r"|domain (?:does not|doesn't) (?:accept|receive)|smtp protocol returned a permanent"
        r"|no mx (?:or|found|record|entry)|indicated no smtp service|mail receiving disabled"
        r"|cannot find (?:an|any) exchanger|all relevant mx records point to non-existent",
    ),
    (
        Reason.MOVED,
        r"has moved|moved to (?:another|a new)|no longer (?:valid|in use|works? (?:here|for|at))"
        r"|address (?:has )?changed|user (?:has )?moved|new address is|mailbox has been moved",
    ),
    (
        Reason.HOST_UNKNOWN,
        r"host (?:or domain )?(?:name )?(?:is )?(?:unknown|not found|lookup)"
        r"|unknown (?:host|domain|mail server)"
        r"|domain (?:name )?(?:is )?(?:not found|unknown|(?:does not|doesn't) exist)"
        r"|couldn.t find any host|domain is not reachable|no such (?:host|domain)"
        r"|domain.{0,20}(?:not found|non.?exist|does not exist|couldn.t be found)"
        r"|unrouteable (?:mail )?(?:domain|address)|unresolvable|nxdomain|no valid host"
        r"|invalid (?:host|domain)|recipient address rejected: domain|name or service not known"
        r"|illegal host|dns (?:error|lookup)|host was not found|bad (?:host|domain|destination)",
    ),
    (
        Reason.EXPIRED,
        r"timed? ?out|time ?out|retry time|delivery time expired|too long"
        r"|could not (?:connect|be reached)|connection (?:refused|lost|dropped|reset|timed)"
        r"|not delivered within|delayed|no longer (?:be )?retr|unable to (?:connect|contact)"
        r"|deferred|queue.{0,20}(?:expired|too long)|network (?:is )?unreach|gave up"
        r"|max(?:imum)? (?:retry|time)|expired|has been queued|try again later|not responding"
        r"|(?:未配信|時間切れ)|no route to host|couldn't connect",
    ),
    (
        Reason.USER_UNKNOWN,
        r"user.{0,30}(?:unknown|not found|(?:does not|doesn't|not) exist|doesn.t have|not known"
        r"|not listed|no longer|invalid)"
        r"|unknown (?:user|recipient|local|address|account|mailbox)"
        r"|no such (?:user|recipient|address|mailbox|person|account|local)"
        r"|(?:mailbox|recipient|address|account|addressee|e-?mail).{0,60}(?:not found|unknown"
        r"|unavailable|(?:does not|doesn.t|not) exist|not (?:be )?(?:found|valid|available"
        r"|a valid)|couldn.t be found|invalid|not in)"
        r"|invalid (?:user|recipient|mailbox|address|final)"
        r"|no (?:mailbox|user|account|recipient)(?: here| by| with)?"
        r"|not a (?:valid|known) (?:user|recipient|mailbox|address)|recipnotfound|resolver\.adr"
        r"|not our customer|unrouteable|is not (?:a )?(?:known|local|valid)"
        r"|bad (?:address|recipient|mailbox|destination mailbox)|rejected.{0,20}recipient"
        r"|all recipients|delivery not allowed to non-local|undeliverable address"
        r"|nobody by that name|宛先(?:不明|が)|受信者が(?:不明"
        r"|見つ)|нет такого|не существует|несуществующ"
        r"|unknown or illegal|doesn't have .{0,30}account|this user|cannot be found"
        r"|not listed in|no valid recipients|no matches to nameserver",
    ),
    (
        Reason.SYSTEM,
        r"mail(?:er)? (?:loop|error)|loop|too many hops|hop count"
        r"|system (?:error|problem|config)|local (?:error|configuration)"
        r"|command (?:died|failed|output|time)|unexpected|pipe|internal (?:server )?error"
        r"|service unavailable|i/o error|can't create|cannot (?:open|append|update)|not enough"
        r"|procmail|configuration",
    ),
)
_PATTERNS = tuple(
    (reason, re.compile(words, re.IGNORECASE)) for reason, words in (*_SAYINGS, *_WORDS)
)


@lru_cache(maxsize=64)  # a report on a hundred addresses says its general words once
def reason_in(said: str) -> Reason:
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


def reason_of_status(status: str, action: str) -> Reason:
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
