"""winmail.dat, built here byte by byte."""

import base64
import struct

import pytest

from mailbox.parsing.message import read_mail
from mailbox.parsing.rtf import rtf_of
from mailbox.parsing.tnef import NotTnef, read_tnef

BEGIN, TITLE, DATA, PROPERTIES, MESSAGE, CODE_PAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x9003, 0x9007


def attribute(name: int, value: bytes, level: int = 2) -> bytes:
    return (
        struct.pack("<BHHI", level, name, 6, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def text(number: int, value: str) -> bytes:
    data = value.encode("utf-16-le") + b"\0\0"
    return variable(0x1F, number, data)


def variable(kind: int, number: int, data: bytes) -> bytes:
    return struct.pack("<HHII", kind, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def properties(*some: bytes) -> bytes:
    return struct.pack("<I", len(some)) + b"".join(some)


def stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


FILE = (
    attribute(BEGIN, b"\0" * 14) + attribute(TITLE, b"SHORT~1.TXT\0") + attribute(DATA, b"content")
)


def test_a_file_with_its_short_and_its_long_name():
    assert [(f.name, f.content) for f in read_tnef(stream(FILE)).files] == [
        ("SHORT~1.TXT", b"content")
    ]
    named = properties(
        struct.pack("<HHI", 3, 0x3705, 1),  # a fixed one before it
        text(0x3707, "größer als acht.txt"),
        text(0x3712, "<cid1>"),
        text(0x370E, "Text/Plain"),
    )
    (file,) = read_tnef(stream(FILE, attribute(PROPERTIES, named))).files
    assert (file.name, file.content_id, file.kind) == ("größer als acht.txt", "cid1", "text/plain")


def test_named_properties_are_stepped_over():
    guid = b"g" * 16
    by_number = struct.pack("<HH", 3, 0x8001) + guid + struct.pack("<IIi", 0, 5, 7)
    label = "Name".encode("utf-16-le")
    by_name = (
        struct.pack("<HH", 3, 0x8002)
        + guid
        + struct.pack("<II", 1, len(label))
        + label
        + b"\1\0\0\0"
    )
    value = properties(by_number, by_name, text(0x3707, "long.txt"))
    assert read_tnef(stream(FILE, attribute(PROPERTIES, value))).files[0].name == "long.txt"


def test_names_are_in_the_code_page_of_the_stream():
    code_page = attribute(CODE_PAGE, struct.pack("<II", 1251, 0), level=1)
    file = attribute(BEGIN, b"") + attribute(TITLE, "отчёт.txt".encode("cp1251") + b"\0")
    assert read_tnef(stream(code_page, file, attribute(DATA, b"x"))).files[0].name == "отчёт.txt"


def test_a_mail_inside_is_kept_and_its_files_come_out():
    inner = stream(attribute(BEGIN, b"") + attribute(TITLE, b"in.txt\0") + attribute(DATA, b"deep"))
    interface = bytes.fromhex("0703020000000000c000000000000046")
    value = properties(variable(0x0D, 0x3701, interface + inner))
    files = read_tnef(stream(attribute(BEGIN, b""), attribute(PROPERTIES, value))).files
    assert [f.content for f in files] == [inner, b"deep"]


def test_text_html_and_rtf():
    stored = struct.pack("<IIII", 20, 5, 0x414C454D, 0) + b"{\\rtf"
    value = properties(
        text(0x1000, "plain"),
        variable(0x102, 0x1013, b"<p>html</p>"),
        variable(0x102, 0x1009, stored),
    )
    found = read_tnef(stream(attribute(MESSAGE, value, level=1)))
    assert (found.text, found.html, found.rtf) == ("plain", b"<p>html</p>", b"{\\rtf")


def test_packed_rtf_of_the_specification():
    """The first example of MS-OXRTFCP 4.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af320"
        "68656c090020627705b06c647d0a800fa0"
    )
    assert rtf_of(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_packed_rtf_that_runs_into_itself():
    """The second example of MS-OXRTFCP 4.1."""
    packed = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert rtf_of(packed) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_what_is_cut_off_gives_what_was_whole():
    found = read_tnef(stream(FILE, FILE)[:-5])
    assert [f.content for f in found.files] == [b"content", b"cont"]
    assert not found.whole


def test_other_bytes_are_no_tnef():
    for data in (b"", b"abc", b"PK\3\4" * 100):
        with pytest.raises(NotTnef):
            read_tnef(data)


def winmail(inside: bytes, text: bytes = b"") -> bytes:
    return (
        b"From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n"
        + text
        + b"\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(inside) + b"--b--\n"
    )


def test_a_mail_shows_what_was_wrapped():
    body = attribute(MESSAGE, properties(text(0x1000, "wrapped words")), level=1)
    found = read_mail(winmail(stream(body, FILE)))
    assert found.text == "wrapped words"
    assert [(f.name, f.content) for f in found.attachments] == [("SHORT~1.TXT", b"content")]
    assert read_mail(winmail(stream(body, FILE), b"own words")).text.strip() == "own words"


def test_a_winmail_that_is_none_stays_a_file():
    found = read_mail(winmail(b"something else"))
    assert [(f.name, f.content) for f in found.attachments] == [("winmail.dat", b"something else")]
    assert "winmail.dat without TNEF inside" in found.repairs
