"""Plain text of people: readable, linked where honest, never HTML."""

import json
import time
from html.parser import HTMLParser

import pytest

from core.richtext import render_plain


class Reader(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def assert_inert(html: str) -> Reader:
    found = Reader(html)
    for tag, attrs in found.elements:
        assert tag in {"p", "br", "a"}
        if tag == "p":
            assert attrs == {"dir": "auto"}
        if tag == "a":
            assert set(attrs) == {"href", "rel"}
            assert attrs["rel"] == "noopener nofollow"
            assert attrs["href"].lower().startswith(("http://", "https://", "mailto:", "tel:"))
    return found


def links(text: str) -> list[str]:
    return [attrs["href"] for tag, attrs in Reader(render_plain(text)).elements if tag == "a"]


def test_lines_and_paragraphs_stay():
    assert render_plain("One\ntwo\r\n\r\n\nthree") == (
        '<p dir="auto">One<br>two</p><p dir="auto">three</p>'
    )


def test_empty_text_is_empty():
    assert render_plain("") == "" == render_plain(" \n \n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.org/a?b=1&c=2.", "https://example.org/a?b=1&c=2"),
        ("(http://example.org/wiki/Jam_(paper))", "http://example.org/wiki/Jam_(paper)"),
        ("Write to mailto:help@example.org, please", "mailto:help@example.org"),
        ("Ask jo.doe+x@mail.example.org.", "mailto:jo.doe+x@mail.example.org"),
        ("tel:+441174960188", "tel:+441174960188"),
        ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
    ],
)
def test_addresses_become_links(text, expected):
    assert links(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "jAvA&#115;cript:alert(1)",
        "[x](javascript:alert(1))",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "//evil.test/x",
        "file:///etc/passwd",
        "https://",
        "http://[::1",
        "https://bank.example@evil.test/",
        "https://bank.example\u202e/moc.live//:ptth",
        "mailto:a@b.example?bcc=victim@example.org",
        "javascript:https://example.org",
        "tel:*#06#",
    ],
)
def test_what_lies_or_runs_is_no_link(text):
    assert links(text) == []
    assert_inert(render_plain(text))


def test_a_markdown_link_shows_its_real_address():
    html = render_plain("[https://bank.example](https://evil.test/login)")
    assert "https://evil.test/login" in assert_inert(html).text
    assert links("[https://bank.example](https://evil.test/login)") == []


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        '<a href="https://a.example" hx-get="/agent/users/1/delete" hx-trigger=load>x</a>',
        "<form action=https://evil.test><button formaction=//x>",
        '<base href=//evil.test><meta http-equiv=refresh content="0;url=//evil.test">',
        'https://example.org/"onmouseover=alert(1)',
        "https://example.org/'><script>alert(1)</script>",
        "{{ 7|add:7 }} {% csrf_token %}",
    ],
)
def test_markup_is_shown_not_read(text):
    html = render_plain(text)
    assert assert_inert(html).text == text


def test_right_to_left_and_emoji_stay_as_they_are():
    text = "مرحبا 👩‍👩‍👧 שלום"
    assert Reader(render_plain(text)).text == text


def test_every_known_attack_stays_text(cases_dir):
    for line in (cases_dir / "xss" / "cases.jsonl").open():
        payload = json.loads(line)["payload"]
        assert_inert(render_plain(payload))


def test_awkward_strings_round_trip(cases_dir):
    for line in (cases_dir / "naughty" / "cases.jsonl").open():
        text = json.loads(line)["string"]
        shown = assert_inert(render_plain(text)).text
        assert shown.split() == text.replace("\x00", "").split()


@pytest.mark.parametrize(
    "piece", ["https://a.b/", "(", "https://a.b/))))", "\n \n", "mailto:a@", ".", "a@a.", "aaaa"]
)
def test_a_huge_text_takes_no_time(piece):
    text = piece * (100_000 // len(piece))
    start = time.perf_counter()
    render_plain(text)
    assert time.perf_counter() - start < 2
