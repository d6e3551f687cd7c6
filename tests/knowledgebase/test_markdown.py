"""Markdown becomes HTML in which nothing can run, be fetched or take the page's place."""

import json
import re
import time
from html.parser import HTMLParser

import pytest

from knowledgebase.markdown import plain_words, render_article

INERT_NAMES = (
    "a blockquote br code del div em h2 h3 h4 hr li ol p pre s strong table tbody td th thead tr ul"
)
INERT = set(INERT_NAMES.split())
HARMLESS = {"href", "rel", "start", "id", "tabindex", "class"}


class Inert(HTMLParser):
    """Fails on anything but the few tags and attributes of an article."""

    def handle_starttag(self, tag, attrs):
        assert tag in INERT, tag
        for name, value in attrs:
            assert name in HARMLESS, name
            if name == "href":
                scheme = re.match(r"[a-z][a-z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", value.lower()))
                assert scheme is None or scheme[0] in {"http:", "https:", "mailto:", "tel:"}, value
            if name == "id":
                assert value.startswith("a-")
            if name == "class":
                assert value == "table-scroll"


def is_inert(found):
    """Whether there is nothing in it but the few tags and attributes of an article."""
    try:
        Inert().feed(found)
    except AssertionError:
        return False
    return True


def html(body):
    found = render_article(body).html
    assert is_inert(found)
    return found


def test_what_people_write():
    found = html("Do **this** now:\n\n1. One\n2. Two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n`x`")
    assert "<strong>this</strong>" in found
    assert "<ol>" in found
    assert '<div class="table-scroll" tabindex="0"><table>' in found
    assert "<code>x</code>" in found


def test_headings_begin_below_the_title_and_are_listed_from_three_on():
    rendered = render_article("# One\n\n## Two\n\n##### Three\n\n# One")
    assert '<h2 id="a-one">' in rendered.html
    assert '<h3 id="a-two">' in rendered.html
    assert "<h4 " in rendered.html
    twice = render_article("# One 2\n\n# One\n\n# One\n\n# One").contents
    assert len({heading.anchor for heading in twice}) == 4
    assert [(h.level, h.anchor) for h in rendered.contents] == [
        (2, "a-one"), (3, "a-two"), (2, "a-one-2"),
    ]  # fmt: skip
    assert render_article("# One\n\n# Two").contents == ()


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", 'javascript:alert(1)"'),
        ("![x](https://evil.example/p.gif)", "<img"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("[x](data:text/html,x)", 'href="data'),
        ("# <svg onload=alert(1)>", "<svg"),
    ],
)
def test_nothing_runs(body, gone):
    assert gone not in html(body)


def test_every_known_attack_stays_text(cases_dir):
    with (cases_dir / "xss" / "cases.jsonl").open() as lines:  # splitlines() knows too many ends
        payloads = [json.loads(line)["payload"] for line in lines]
    forms = ("{}", "# {}", "[x]({})", "| {} |\n|---|\n| x |")
    hit = [
        (form, payload[:80])
        for payload in payloads
        for form in forms
        if not is_inert(render_article(form.replace("{}", payload)[:100_000]).html)
    ]
    assert len(payloads) > 3_000
    assert hit == []


def test_the_words_alone():
    assert plain_words("# Title\n\nOne **two** <b>three</b> &amp; four\n\n- five\n- six") == (
        "Title One two <b>three</b> & four five six"
    )


@pytest.mark.parametrize("piece", ["[", "![", "> ", "* ", "`", "<a ", "|", "\\", "# x\n"])
def test_a_huge_text_takes_no_time(piece):
    text = piece * (100_000 // len(piece))
    start = time.perf_counter()
    render_article(text)
    assert time.perf_counter() - start < 5
