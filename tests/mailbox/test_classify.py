"""What kind a mail is, and what a bounce says (SEMANTICS 7, ATTACKS A65 and A66)."""

import pytest

from mailbox.parsing.bounces import Reason
from mailbox.parsing.classify import Category, Kind, kind_of
from mailbox.parsing.message import read_mail


def kind(head: str, body: str = "Hello", **ours: set[str]) -> Kind:
    given = head if "From:" in head else "From: ann@example.com\n" + head
    if "Subject:" not in head:
        given = "Subject: My printer\n" + given
    return kind_of(read_mail(f"{given}\n\n{body}".encode()), **ours)


@pytest.mark.parametrize(
    "head",
    [
        "To: desk@example.org",
        "X-Auto-Response-Suppress: All",  # Exchange writes it on people's mail
        "Precedence: normal",
        "Auto-Submitted: no",
        "Auto-Submitted: auto-forwarded",
        "X-Autoreply: no",
        "X-MS-Exchange-Inbox-Rules-Loop: a@example.com",
        "Subject: Re: Undelivered parcel",
        "Subject: Delivery failed again",
        "Subject: vacation rental, heating broken",
        "Return-Path: <ann@example.com>",
        "X-Loop: somebody@else.org",
    ],
)
def test_a_person(head):
    found = kind(head, our_addresses={"desk@example.org"})
    assert (found.category, found.is_automatic) == (Category.PERSON, False)


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied (vacation)",
        "Auto-Submitted: auto-generated; x=y",
        "X-Autoreply: yes",
        "X-Autorespond: 1",
        "Precedence: auto_reply",
        "X-Auto-Response-Suppress: OOF",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: a@example.com",
        "Subject: Out of office: back on Monday",
        "Subject: Automatische Antwort: Drucker",
        "Subject: Re: Automatic reply: printer",
        "Subject: =?utf-8?B?6Ieq5YuV6L+U5L+h?=",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ],
)
def test_an_answer_by_a_machine(head):
    assert kind(head).category == Category.AUTO_REPLY


@pytest.mark.parametrize(
    "head",
    [
        "Precedence: bulk",
        "Precedence: LIST",
        "Precedence: junk",
        "List-Id: <users.example.org>",
        "List-Unsubscribe: <mailto:x@y.org>",
        "Return-Path: <>",
        "From: postmaster@example.com",
    ],
)
def test_bulk(head):
    found = kind(head)
    assert found.category == Category.BULK
    assert found.is_automatic
    assert found.why


# ── what we sent ──


def test_our_own_automatic_mail_come_back_is_a_loop():
    ours = {"our_domains": {"desk.org"}, "our_addresses": {"help@desk.org"}}
    auto = "Auto-Submitted: auto-replied\n"
    assert kind(auto + "Message-ID: <1@desk.org>", **ours).category == Category.OWN_LOOP
    assert kind(auto + "From: help@desk.org", **ours).category == Category.OWN_LOOP
    assert kind("X-Loop: help@desk.org", **ours).category == Category.OWN_LOOP


def test_an_agents_own_mail_is_no_loop():
    ours = {"our_domains": {"desk.org"}, "our_addresses": {"help@desk.org"}}
    assert kind("Message-ID: <1@desk.org>", **ours).category == Category.PERSON
    assert kind("From: help@desk.org", **ours).category == Category.PERSON
    auto = "Auto-Submitted: auto-replied\nMessage-ID: <1@other.org>"
    assert kind(auto, **ours).category == Category.AUTO_REPLY


# ── bounces ──

DSN = """--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; bob@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

Final-Recipient: rfc822; eve@example.net
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 mailbox full
--b
Content-Type: message/rfc822

Message-ID: <original@desk.org>
Subject: SD-1

text
--b--
"""
REPORT = (
    "From: MAILER-DAEMON@example.net\nSubject: Undelivered Mail\nReturn-Path: <>\n"
    "Auto-Submitted: auto-replied\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
)


def test_a_report_names_each_address_its_reason_and_the_mail():
    body = DSN.format(action="failed", status="5.1.1", said="550 5.1.1 no such user here")
    found = kind(REPORT, body)
    assert found.category == Category.BOUNCE
    assert found.bounce.original_message_id == "original@desk.org"
    bob, eve = found.bounce.failures
    assert (bob.address, bob.status, bob.reason, bob.hard) == (
        "bob@example.net",
        "5.1.1",
        Reason.USER_UNKNOWN,
        True,
    )
    assert (eve.address, eve.reason, eve.hard) == ("eve@example.net", Reason.MAILBOX_FULL, False)


@pytest.mark.parametrize(
    ("action", "status", "said", "reason"),
    [
        ("failed", "5.1.2", "Host or domain name not found", Reason.HOST_UNKNOWN),
        ("failed", "5.7.1", "550 blocked using zen.spamhaus.org", Reason.BLOCKED),
        ("failed", "5.7.26", "550 unauthenticated email, SPF check failed", Reason.BLOCKED),
        ("failed", "5.2.1", "550 mailbox is disabled", Reason.REFUSED),
        ("failed", "5.3.4", "552 message too large", Reason.TOO_LARGE),
        ("failed", "5.0.0", "550 domain does not accept mail (null MX)", Reason.TAKES_NO_MAIL),
        ("failed", "5.1.6", "551 user has moved", Reason.MOVED),
        ("delayed", "4.4.1", "connection timed out", Reason.EXPIRED),
        ("delayed", "4.1.1", "xyz", Reason.EXPIRED),
        ("delivered", "2.0.0", "250 ok", Reason.DELIVERED),
        ("failed", "5.1.1", "xyz", Reason.USER_UNKNOWN),
        ("failed", "5.9.9", "xyz", Reason.UNKNOWN),
        (
            "failed",
            "5.4.1",
            "550 5.4.1 Recipient address rejected: Access denied",
            Reason.USER_UNKNOWN,
        ),
    ],
)
def test_reasons(action, status, said, reason):
    body = DSN.format(action=action, status=status, said=said)
    body = body.replace("Your message could not be delivered.", "Sorry.")
    assert kind(REPORT, body).bounce.failures[0].reason == reason


def test_a_report_in_prose_alone():
    found = kind(
        "From: MAILER-DAEMON@mx.example.net\nTo: desk@example.org\nSubject: failure notice",
        "Hi. This is the program at mx.example.net.\n\n<bob@example.net>:\n"
        "550 5.1.1 unknown user\n\n<eve@example.net>:\nmailbox is full (5.2.2)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <desk@example.org>\n"
        "Message-ID: <original@desk.org>\nSubject: blocked by spam <carol@example.net>\n",
    )
    assert found.category == Category.BOUNCE
    assert [(f.address, f.hard) for f in found.bounce.failures] == [
        ("bob@example.net", True),
        ("eve@example.net", False),
    ]
    assert found.bounce.failures[0].status == "5.1.1"
    assert found.bounce.original_message_id == "original@desk.org"


def test_the_header_of_some_servers_names_the_addresses():
    found = kind("From: x@mx.org\nX-Failed-Recipients: bob@example.net", "no such user")
    assert found.category == Category.BOUNCE
    assert found.bounce.failures[0].address == "bob@example.net"


def test_a_list_that_turns_a_mail_away():
    head = "From: list-admin@example.org\nX-MLServer: fml\nSubject: Loop Alert: twice"
    assert kind(head).category == Category.BOUNCE


def test_ones_own_mail_given_back_without_a_sender_is_a_bounce():
    inner = "Message-ID: <original@desk.org>\nFrom: desk@example.org\nTo: b@x.net\n\nx\n"
    body = f"--b\n\nMail\n--b\nContent-Type: message/rfc822\n\n{inner}--b--"
    head = (
        "From: no-reply@carrier.net\nTo: desk@example.org\nSubject: Mail\nReturn-Path: {}\n"
        "Content-Type: multipart/mixed; boundary=b"
    )
    found = kind(head.format("<>"), body)
    assert found.category == Category.BOUNCE
    assert found.bounce.original_message_id == "original@desk.org"
    # Forwarded by somebody, it is only that.
    assert kind(head.format("<bob@x.net>"), body).category == Category.PERSON


def test_a_person_who_writes_about_a_failed_mail_is_a_person():
    body = "my mail could not be delivered: 550 5.1.1 user unknown <bob@example.net>"
    assert kind("Subject: Mail delivery failed", body).category == Category.PERSON


def test_a_complaint():
    body = (
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        "Original-Rcpt-To: <bob@example.net>\n--b\n"
        "Content-Type: message/rfc822\n\nMessage-ID: <original@desk.org>\n\nx\n--b--"
    )
    head = "Content-Type: multipart/report; report-type=feedback-report; boundary=b"
    found = kind(head, body)
    assert found.category == Category.COMPLAINT
    assert found.is_automatic
    assert [f.address for f in found.bounce.failures] == ["bob@example.net"]
    assert found.bounce.original_message_id == "original@desk.org"


# ── suspicion ──


def test_bad_verdicts_count_and_good_ones_do_not():
    assert kind("X-Spam-Flag: YES").suspicious == ("X-Spam-Flag",)
    assert kind("Authentication-Results: mx; dmarc=fail (p=none)").suspicious == ("DMARC",)
    assert kind("Authentication-Results: mx; dmarc=pass\nX-Spam-Flag: NO").suspicious == ()


@pytest.mark.parametrize(
    ("head", "sign"),
    [
        ("From: ann@example.com\nFrom: eve@example.net", "several senders"),
        ("From: ann@example.com, eve@example.net", "several senders"),
        ("From: <>", "no sender"),
    ],
)
def test_one_clear_sender_or_a_doubt(head, sign):
    assert kind(head).suspicious == (sign,)


def test_the_topmost_verdict_counts():
    forged = "Authentication-Results: ours; dmarc=fail\nAuthentication-Results: forged; dmarc=pass"
    assert kind(forged).suspicious == ("DMARC",)
