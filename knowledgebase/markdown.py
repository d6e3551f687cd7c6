"""Markdown as safe HTML. Nothing in an article can run, fetch or leave the page's own look."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAG_NAMES = (
    "a blockquote br code del em h2 h3 h4 hr li ol p pre s strong table tbody td th thead tr ul"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}}
_SPACE = re.compile(r"\s+")
_END_OF_BLOCK = re.compile(r"</(?:h\d|p|li|td|th|pre|blockquote)>|<br")
_ID = "a-"  # before every id of an article: it can never be one of the page's own
CONTENTS_FROM = 3  # headings; fewer are seen at a glance


@dataclass(frozen=True)
class Heading:
    """One line of the table of contents. level: 2 or 3."""

    level: int
    anchor: str
    title: str


@dataclass(frozen=True)
class Rendered:
    """html: safe to show."""

    html: SafeString
    contents: Sequence[Heading]


@cache
def parser() -> MarkdownIt:
    # Raw HTML stays text. Pictures would be fetched from elsewhere: their words are shown.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    return parser


@lru_cache(maxsize=256)
def render_article(body: str) -> Rendered:
    """An article's text. The page has an <h1>: "#" begins at <h2>, below <h4> all are <h4>."""
    tokens = parser().parse(body)
    contents: list[Heading] = []
    taken: Counter[str] = Counter()
    for at, token in enumerate(tokens):
        if token.type not in {"heading_open", "heading_close"}:
            continue
        level = min(int(token.tag[1]) + 1, 4)
        token.tag = f"h{level}"
        if token.type == "heading_open":
            title = _words(tokens[at + 1])
            anchor = _free(title, taken)
            token.attrSet("id", anchor)
            if level < 4:
                contents.append(Heading(level, anchor, title))
    html = nh3.clean(
        parser().renderer.render(tokens, parser().options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow",
    )
    shown = contents if len(contents) >= CONTENTS_FROM else []
    return Rendered(mark_safe(_scrolling(html)), tuple(shown))


def plain_words(body: str) -> str:
    """The words alone, on one line: what is searched and shown as a snippet."""
    spaced = _END_OF_BLOCK.sub(r" \g<0>", parser().render(body))
    return _SPACE.sub(" ", unescape(strip_tags(spaced))).strip()


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _free(title: str, taken: Counter[str]) -> str:
    """An id nothing else on the page has. taken: how often each was asked for."""
    base = anchor = _ID + (slugify(title, allow_unicode=True)[:60] or "part")
    while taken[anchor]:  # counted on, so that a thousand of one name are not tried anew each
        taken[base] += 1
        anchor = f"{base}-{taken[base]}"
    taken[anchor] += 1
    return anchor


def _scrolling(html: str) -> str:
    """Wide tables and code scroll by themselves, with the keyboard as well."""
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="table-scroll" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>")
