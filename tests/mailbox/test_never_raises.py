"""Whatever the bytes: no exception, in bounded time, and text which PostgreSQL takes."""

import random
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.parsing.classify import kind_of
from mailbox.parsing.message import ParsedMail, read_mail
from mailbox.parsing.rtf import rtf_of
from mailbox.parsing.tnef import read_tnef
from tests.mailbox.corpora import cases
from tests.mailbox.test_tnef import FILE, MESSAGE, attribute, properties, stream, text

HEAD = b"From: a@b.c\r\nTo: d@e.f\r\nSubject: x\r\n"

WORDS = [
    b"From: ",
    b"To: ",
    b"Subject: ",
    b"Date: ",
    b"Content-Type: ",
    b"multipart/mixed",
    b"text/html",
    b"; boundary=b",
    b"; charset=",
    b"utf-7",
    b"utf-16",
    b"iso-2022-jp",
    b"hz",
    b"gb2312",
    b"\r\n",
    b"\r\n\r\n",
    b"--b",
    b"--b--",
    b"=?utf-8?Q?",
    b"=?utf-8?B?",
    b"?=",
    b"=C3",
    b"\xff",
    b"\0",
    b"\x1b$B",
    b"<a@b.c>",
    b'"',
    b"(",
    b"name*0*=",
    b"name*1=",
    b"utf-8''%",
    b"message/rfc822",
    b"begin 644 a\r\n",
    b"=ybegin name=a\r\n",
    b"end\r\n",
    b"=yend",
    b"Content-Transfer-Encoding: ",
    b"base64",
    b"QUJD=",
    b"quoted-printable",
    b"x-uuencode",
    b"message/delivery-status",
    b"Final-Recipient: rfc822; a@b",
    b"application/ms-tnef",
    b"format=flowed",
    b"\xd8\x00",
    b"Message-ID: <",
    b"Mon, 1 Jan 0000 00:00:00",
]


def refused_by_postgresql(raw: bytes) -> list[str]:
    """Reads the mail; the values of it which a column of text would not take."""
    mail = read_mail(raw)
    kind_of(mail, our_domains={"x.org"}, our_addresses={"a@x.org"})
    return [value for value in texts_of(mail) if not is_storable(value)]


def is_storable(value: str) -> bool:
    return "\0" not in value and value == value.encode(errors="replace").decode()


def texts_of(mail: ParsedMail) -> list[str]:
    people = (*mail.from_, *mail.to, *mail.cc, *mail.reply_to)
    files = [part for file in mail.attachments for part in (file.name, file.kind, file.content_id)]
    nested = [value for inner in mail.nested for value in texts_of(inner)]
    return [
        mail.message_id,
        mail.subject,
        mail.text,
        mail.html,
        mail.kind,
        *mail.in_reply_to,
        *mail.references,
        *mail.calendars,
        *mail.repairs,
        *files,
        *nested,
        *(value for report in mail.reports for value in report),
        *(value for person in people for value in (person.name, person.email)),
    ]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_random_bytes(raw):
    assert refused_by_postgresql(raw) == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=8), max_size=60))
def test_pieces_of_mails_in_any_order(pieces):
    assert refused_by_postgresql(b"".join(pieces)) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_winmail_with_wrong_bytes(changes):
    data = bytearray(stream(attribute(MESSAGE, properties(text(0x1000, "words")), 1), FILE))
    for place, value in changes:
        data[6 + place % (len(data) - 6)] = value
    found = read_tnef(bytes(data))
    # Nothing is made up, and no length is believed beyond the end.
    assert [file.name for file in found.files if file.content not in data] == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_packed_rtf_of_any_bytes(packed, size):
    """No more than it says, whatever the pieces point at."""
    document = rtf_of(struct.pack("<IIII", len(packed), size, 0x75465A4C, 0) + packed)
    assert len(document) <= min(size, 17 * len(packed))  # two bytes stand for 17 at most


def test_real_mails_mutated(cases_dir):
    """Cut, doubled and with wrong bytes: two of each real mail below 20 kB."""
    chance = random.Random(1)
    for folder in sorted((cases_dir / "mail").glob("*/")):
        for case in cases(folder):
            if not 10 < len(case.raw) < 20_000:
                continue
            raw = bytearray(case.raw)
            for _ in range(20):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            assert refused_by_postgresql(bytes(raw)) == []
            first, second = sorted(chance.randrange(len(raw)) for _ in range(2))
            assert refused_by_postgresql(case.raw[:second] + case.raw[first:]) == []


def nested(count: int, line: bytes) -> bytes:
    return HEAD + b"".join(
        line.replace(b"%", b"%d" % i).replace(b"#", b"%d" % (i + 1)) for i in range(count)
    )


HOSTILE = {
    "1,000 multiparts": nested(
        1_000, b"Content-Type: multipart/mixed; boundary=b%\r\n\r\n--b%\r\n"
    ),
    "2,000 mails in mails": nested(2_000, b"Content-Type: message/rfc822\r\n\r\n"),
    "10,000 brackets": HEAD.replace(b"d@e.f", b"(" * 10_000),
    "a header of 20 MB": HEAD + b"X-A: " + b"a" * 20_000_000,
    "100,000 folds": HEAD + b"X-A: a\r\n" + b" x\r\n" * 100_000,
    "blanks in a parameter": HEAD + b"Content-Type: text/plain; " + b" " * 90_000 + b",\r\n\r\nx",
    "open encoded words": b"Subject: " + b"=?utf-8?q?" * 10_000 + b"\r\n\r\nx",
    "100,000 parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\n" * 100_000,
    "paddings": HEAD
    + b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b"QUJD=\r\n" * 100_000,
    "uuencode without end": HEAD + b"\r\n" + b"begin 644 a\r\n" * 100_000,
    "open tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<style <!--" * 100_000,
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 200_000,
    "a report on thousands": b"From: mailer-daemon@x\r\nSubject: returned mail\r\n\r\n"
    + b"".join(b"<a%d@b.c>: user \n" % i for i in range(5_000)),
    "dashes": HEAD + b"Content-Type: multipart/mixed; boundary=z\r\n\r\n" + b"--a\r\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_end_soon(name):
    started = time.process_time()
    assert refused_by_postgresql(HOSTILE[name]) == []
    assert time.process_time() - started < 2
