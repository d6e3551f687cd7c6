"""Reading one mail: each rule on a small mail of our own."""

import base64
from datetime import UTC, datetime

import pytest

from mailbox.parsing.message import MAX_NESTED, ParsedMail, read_mail
from mailbox.parsing.parts import MAX_PARTS

HEAD = b"From: Ann <ann@example.com>\r\nTo: desk@example.org\r\nSubject: Hello\r\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x01"


def mail(rest: bytes, head: bytes = HEAD) -> ParsedMail:
    return read_mail(head + rest.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def mixed(*parts: bytes, kind: bytes = b"mixed", end: bytes = b"--b--\n") -> bytes:
    inside = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return b"Content-Type: multipart/" + kind + b"; boundary=b\n\n" + inside + end


TEXT = b"Content-Type: text/plain\n\nplain words"
HTML = b"Content-Type: text/html\n\n<p>html <b>words</b></p>"
FILE = (
    b'Content-Type: image/png; name="a.png"\nContent-Disposition: attachment\n'
    b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(PNG)
)


def test_a_plain_mail():
    found = mail(
        b"Message-ID: <1@example.com>\nIn-Reply-To: <0@x>\nReferences: <a@x>\n <b@x> <a@x>\n"
        b"Cc: B <b@x.org>, c@x.org\nDate: Mon, 1 Jun 2026 12:00:00 +0200\n\nHello\n"
    )
    assert (found.message_id, found.in_reply_to) == ("1@example.com", ("0@x",))
    assert found.references == ("a@x", "b@x")
    assert [a.email for a in found.cc] == ["b@x.org", "c@x.org"]
    assert found.date == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert found.text == "Hello\n"
    assert found.repairs == ()


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99", "1" * 5_000])
def test_nonsense_is_no_date(date):
    assert mail(b"Date: " + date.encode() + b"\n\nx").date is None


# ── text and files ──


def test_of_alternatives_both_are_kept_and_neither_twice():
    found = mail(mixed(TEXT, HTML, kind=b"alternative"))
    assert found.text == "plain words"
    assert found.html.count("<b>words</b>") == 1
    assert found.attachments == ()


def test_html_alone_is_read_as_text_too():
    assert mail(HTML).text == "html words"


def test_an_empty_plain_alternative_does_not_hide_the_html():
    found = mail(mixed(b"Content-Type: text/plain\n\n \n", HTML, kind=b"alternative"))
    assert found.text == "html words"


def test_a_plain_alternative_that_only_points_to_the_html_is_not_the_text():
    stub = b"Content-Type: text/plain\n\nPlease use a mail program that can show HTML."
    page = b"Content-Type: text/html\n\n<p>" + b"What we really wrote. " * 20 + b"</p>"
    assert mail(mixed(stub, page, kind=b"alternative")).text.startswith("What we really wrote.")
    short = b"Content-Type: text/html\n\n<p>Please use a mail program, <b>our</b> HTML.</p>"
    assert mail(mixed(stub, short, kind=b"alternative")).text.startswith(
        "Please use a mail program that"
    )


def test_texts_one_after_the_other_are_all_read():
    found = mail(mixed(TEXT, FILE, b"Content-Type: text/plain\n\nand more"))
    assert found.text == "plain words\nand more"
    assert [(f.name, f.content) for f in found.attachments] == [("a.png", PNG)]


def test_a_text_sent_as_a_file_is_a_file():
    found = mail(mixed(TEXT, b'Content-Type: text/plain; name="log.txt"\n\nline one\nline two'))
    assert found.text == "plain words"
    assert found.attachments[0].content == b"line one\nline two"


def test_the_only_text_is_read_though_it_has_a_name():
    assert mail(b'Content-Type: text/plain; name="body.txt"\n\nwords').text == "words"


def test_an_image_the_html_shows_is_inline_another_is_not():
    image = FILE.replace(b"attachment", b"inline") + b"\n"
    shown = image.replace(b"Content-Disp", b"Content-ID: <i1>\nContent-Disp")
    other = image.replace(b"Content-Disp", b"Content-ID: <i2>\nContent-Disp")
    page = b'Content-Type: text/html\n\n<img src="cid:i1">'
    found = mail(mixed(page, shown, other, kind=b"related"))
    assert [(f.content_id, f.inline) for f in found.attachments] == [("i1", True), ("i2", False)]


def test_html_beside_the_root_of_related_parts_is_a_file():
    found = mail(mixed(HTML, b"Content-Type: text/html\n\n<p>frame</p>", kind=b"related"))
    assert "frame" not in found.text
    assert [f.kind for f in found.attachments] == ["text/html"]


def test_a_calendar_is_read_and_kept():
    found = mail(
        mixed(TEXT, b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR", kind=b"alternative")
    )
    assert found.calendars == ("BEGIN:VCALENDAR",)
    assert found.attachments[0].kind == "text/calendar"


def test_a_mail_inside_is_a_file_and_readable():
    inner = b"Message-ID: <in@x>\nSubject: Inner\n\ninner text"
    found = mail(mixed(TEXT, b"Content-Type: message/rfc822\n\n" + inner))
    assert found.nested[0].message_id == "in@x"
    assert found.nested[0].text == "inner text"
    assert found.attachments[0].name == "Inner.eml"
    assert found.text == "plain words"


def test_mails_inside_mails_are_read_to_a_depth():
    raw = b"hello"
    for _ in range(MAX_NESTED + 20):
        raw = b"Subject: s\nContent-Type: message/rfc822\n\n" + raw
    depth, found = 0, read_mail(raw)
    while found.nested:
        depth, found = depth + 1, found.nested[0]
    assert depth == MAX_NESTED


def test_an_opaque_smime_mail_is_kept():
    found = mail(b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nxx")
    assert [f.name for f in found.attachments] == ["smime.p7m"]


def test_flowed_text_is_joined_but_not_the_signature_mark():
    found = mail(b"Content-Type: text/plain; format=flowed\n\none \ntwo\n> a \n> b\n-- \nAnn")
    assert found.text == "one two\n> a b\n-- \nAnn"


# ── charsets ──


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("iso-8859-1", b"\x93Preis 5 \x80\x94", "“Preis 5 €”"),  # cp1252 in truth
        ("us-ascii", b"caf\xe9", "café"),
        ("us-ascii", "café".encode(), "café"),
        ("iso-8859-1", "schöne Grüße".encode(), "schöne Grüße"),  # UTF-8 in truth
        ("utf-8", b"sch\xf6n", "schön"),
        ("x-unknown", "größer".encode("cp1252"), "größer"),
        ("ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하"),
        ("gb2312", "鎔".encode("gb18030"), "鎔"),
        ("iso-2022-jp", b"\x1b$B-!#1ET\x1b(B.", "①１都."),
        ("utf-8", b"\x1b$B$3\x1b(B", "こ"),
        ("iso-2022-jp", "ツール".encode("cp932"), "ツール"),
        ("utf-7", b"+APY-", "ö"),
        ("zip", b"caf\xc3\xa9", "café"),  # a codec of Python, no charset
        ('"UTF-8"', "é".encode(), "é"),
    ],
)
def test_charsets_that_lie(charset, data, text):
    found = read_mail(HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + data)
    assert found.text == text


def test_controls_and_nul_are_taken_out_and_line_breaks_are_one_kind():
    found = read_mail(HEAD + b"\r\na\0b\x08\r\r\nc\rd\x7f")
    assert found.text == "ab\nc\nd"
    assert "\0" not in read_mail(b"Subject: a\0b\r\n\r\n").subject


# ── headers ──


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?Q?caf=C3=A9?=", "café"),
        (b"=?utf-8?B?Y2Fmw6k?=", "café"),  # without padding
        (b"=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9_au_lait?=", "café au lait"),  # a letter cut in two
        (b"=?iso-8859-1?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?two words?= x", "two words x"),
        (b"=?utf-8?Q?no end", "no end"),
        (b"=?foo?Q?a=E9b?=", "aéb"),
        (b"=?utf-8*en?Q?caf=C3=A9?=", "café"),
        (b"Re: =?x", "Re: =?x"),
        ("größer".encode(), "größer"),
        (b"gr\xf6\xdfer", "größer"),
        (b"folded\r\n\tline", "folded line"),
        (b"=?utf-8?Q?x=0D=0ABcc:_v@e.org?=", "x Bcc: v@e.org"),
        ("a\u202egpj.exe".encode(), "agpj.exe"),
    ],
)
def test_subjects(raw, subject):
    assert read_mail(b"Subject: " + raw + b"\r\n\r\nx").subject == subject


def test_raw_bytes_in_a_header_are_in_the_charset_of_a_text():
    raw = (
        b"Subject: "
        + "转发".encode("gb18030")
        + b"\r\nContent-Type: text/plain; charset=gb2312\r\n\r\nx"
    )
    assert read_mail(raw).subject == "转发"


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (b'name="=?utf-8?Q?caf=C3=A9.txt?="', "café.txt"),
        (b"name*=utf-8''caf%C3%A9.txt", "café.txt"),
        (b"name*0*=iso-8859-1''caf%E9; name*1=.txt", "café.txt"),
        (b"name*1=b.txt; name*0=a", "ab.txt"),
        (b'name="a;b.txt"', "a;b.txt"),
        (b"name=a b.txt", "a b.txt"),
        (b'name="open.txt', "open.txt"),
        (rb'name="C:\dir\a.txt"', "a.txt"),
        (b'name="../../etc/passwd"', "passwd"),
        (b"name*=nonsense", "nonsense"),
        ("name=größe.txt".encode("cp1252"), "größe.txt"),
    ],
)
def test_file_names(parameter, name):
    part = b"Content-Type: application/pdf; " + parameter + b"\n\nx"
    assert mail(mixed(TEXT, part)).attachments[0].name == name


# ── what is broken ──


def test_a_missing_last_boundary_is_mended():
    found = mail(mixed(TEXT, FILE, end=b""))
    assert found.attachments[0].content == PNG
    assert "the last boundary is missing" in found.repairs


@pytest.mark.parametrize("said", [b"", b"; boundary=other"])
def test_a_boundary_missing_or_wrong_is_found_in_the_text(said):
    found = mail(mixed(TEXT, FILE).replace(b"; boundary=b", said))
    assert found.text == "plain words"
    assert len(found.attachments) == 1
    assert "boundary missing or wrong" in found.repairs


def test_a_multipart_without_parts_is_text():
    assert mail(b"Content-Type: multipart/mixed; boundary=b\n\nonly words").text == "only words"


def test_a_body_without_an_empty_line_before_it():
    found = read_mail(b"Subject: s\nhello there\nmore")
    assert (found.subject, found.text) == ("s", "hello there\nmore")


def test_a_stray_line_among_the_fields_is_skipped():
    found = read_mail(b"From a@b Mon\nnonsense line\nSubject: s\nFrom: a@b.org\n\ntext")
    assert (found.subject, found.text) == ("s", "text")


@pytest.mark.parametrize(
    ("encoding", "data", "content"),
    [
        (b"base64", b"QUJD\nREVG", b"ABCDEF"),
        (b"base64", b"QUJDRA", b"ABCD"),
        (b"base64", b"QUI=\nQ0Q=", b"ABCD"),
        (b"base64", b"QUJDRA==\n\n--\nA list's footer, see there", b"ABCD"),
        (
            b"base64",
            b"these are plain words\nand nobody encoded them",
            b"these are plain words\nand nobody encoded them",
        ),
        (b"quoted-printable", b"a=\n b=3D=ZZ", b"a b==ZZ"),
        (b"x-uuencode", b"begin 644 a\n#0V%T\n`\nend", b"Cat"),
        (b"x-uuencode", b"#0V%T\n`", b"Cat"),
        (b"nonsense", b"abc", b"abc"),
    ],
)
def test_transfer_encodings_true_and_false(encoding, data, content):
    part = b"Content-Type: application/pdf\nContent-Transfer-Encoding: " + encoding + b"\n\n" + data
    assert mail(mixed(TEXT, part)).attachments[0].content == content


def test_files_written_into_the_text():
    yenc = bytes((byte + 42) & 255 for byte in b"Dog")
    found = read_mail(
        HEAD + b"\r\nsee\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nand\r\n"
        b"=ybegin line=128 size=3 name=dog.bin\r\n" + yenc + b"\r\n=yend size=3\r\nbye"
    )
    assert [(f.name, f.content) for f in found.attachments] == [
        ("cat.txt", b"Cat"),
        ("dog.bin", b"Dog"),
    ]
    assert "begin" not in found.text
    assert found.text.split() == ["see", "and", "bye"]


def test_a_sentence_that_begins_with_begin_is_no_file():
    found = mail(
        b"\nbegin 644 reasons\nto write prose which is far too long for it to be a line\nend\n"
    )
    assert found.attachments == ()
    assert "reasons" in found.text


def test_deep_nesting_and_many_parts_are_bounded():
    deep = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (i, i + 1) for i in range(1_000)
    )
    found = mail(b"Content-Type: multipart/mixed; boundary=b0\n\n" + deep)
    assert "parts nested too deep" in found.repairs
    found = mail(mixed(*[b"\nx"] * (MAX_PARTS + 10)))
    assert "too many parts" in found.repairs


def test_many_fields_are_bounded():
    assert "too many header fields" in read_mail(b"A: b\n" * 5_000 + b"\nx").repairs


def test_an_empty_mail_is_an_empty_mail():
    assert read_mail(b"").text == ""
    assert read_mail(b"").sender is None


# ── who wrote ──


def test_a_list_that_rewrote_from_names_the_writer():
    head = b"From: 'Ann' via Team <team@list.org>\r\nReply-To: Ann <ann@x.org>\r\nX-Original-From: "
    assert read_mail(head + b"Ann <ann@x.org>\r\n\r\nx").sender.email == "ann@x.org"
    assert read_mail(head + b"Eve <eve@x.org>\r\n\r\nx").sender.email == "team@list.org"


def test_reply_to_says_where_an_answer_goes_but_not_who_wrote():
    found = mail(b"Reply-To: <other@x.org>\n\nx")
    assert (found.sender.email, found.answer_to.email) == ("ann@example.com", "other@x.org")
    assert mail(b"Reply-To: <>\n\nx").answer_to.email == "ann@example.com"
