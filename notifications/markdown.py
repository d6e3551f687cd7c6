"""Markdown of a message text as the two parts of a mail; values are put in after it was read."""

from collections.abc import Iterator
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import wrap
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from notifications.placeholders import HOLE, Values

# Mail programs know inline styles only; the classes carry the dark colours of emails/base.html.
_LOOKS = {
    "p": ("", "margin:0 0 16px;"),
    "h2": ("m-ink", "margin:20px 0 8px;font-size:17px;line-height:24px;font-weight:600;"),
    "h3": ("m-ink", "margin:16px 0 8px;font-size:15px;line-height:22px;font-weight:600;"),
    "ul": ("", "margin:0 0 16px;padding:0 0 0 22px;"),
    "ol": ("", "margin:0 0 16px;padding:0 0 0 22px;"),
    "blockquote": (
        "m-quote",
        "margin:0 0 16px;padding:2px 0 2px 14px;border-left:3px solid #b6d3d7;color:#475463;",
    ),
    "hr": ("m-line", "margin:16px 0;border:0;border-top:1px solid #e2e7ec;"),
    "a": ("m-ink", "color:#0b6b7b;"),
}
_TAG_NAMES = "p h2 h3 ul ol li blockquote hr a strong em code pre br"
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {tag: {"class", "style", "dir"} for tag in _TAGS}
_ATTRIBUTES["a"] |= {"href"}
_ATTRIBUTES["ol"] |= {"start"}
_QUOTE_WIDTH = 72


@cache
def _parser() -> MarkdownIt:
    # Raw HTML stays text, pictures would be fetched by the reader; a line under a line is no
    # heading and an indented one no code, for nobody means that in a letter.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return parser.disable(["image", "lheading", "code"])


def html_of(source: str, values: Values, *, for_page: bool = False) -> SafeString:
    """HTML for the mail; for a page, whose policy allows none, without inline styles."""
    tokens = _filled(source, values)
    for token in [one for block in tokens for one in (block, *(block.children or []))]:
        _level(token)
        if not for_page:
            _dress(token)
    if not for_page:
        _close_quotes(tokens)
    html = nh3.clean(
        _parser().renderer.render(tokens, _parser().options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return mark_safe(html)


def text_of(source: str, values: Values) -> str:
    """The same as plain text."""
    return _blocks(SyntaxTreeNode(_filled(source, values)))


def holes_in_addresses(source: str) -> list[str]:
    """Addresses of links that hold a placeholder: nothing is put in there."""
    found = []
    for token in _parser().parse(source):
        for child in token.children or []:
            address = str(child.attrGet("href") or "").replace("%7B", "{").replace("%7D", "}")
            if child.type == "link_open" and HOLE.search(address.replace("%20", " ")):
                found.append(address)
    return found


def _filled(source: str, values: Values) -> list[Token]:
    """The Markdown as read, with the values in their places as plain text."""
    tokens = _parser().parse(values.without_empty_lines(source))
    for token in tokens:
        if token.type == "inline":
            token.children = [new for old in token.children or [] for new in _put(old, values)]
        elif token.type == "fence":
            token.content = "".join(values.parts_of(token.content))
    return tokens


def _put(token: Token, values: Values) -> Iterator[Token]:
    if token.type == "code_inline":
        token.content = "".join(values.parts_of(token.content))
    if token.type != "text":
        yield token
        return
    for number, line in enumerate("".join(values.parts_of(token.content)).split("\n")):
        if number:
            yield Token("hardbreak", "br", 0)
        yield Token("text", "", 0, content=line)


def _level(token: Token) -> None:
    """Headings begin at <h2>: the heading of the mail is its <h1>."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "h2" if token.tag in {"h1", "h2"} else "h3"
    if token.tag in {"p", "blockquote", "li"} and token.nesting > 0 and not token.hidden:
        token.attrSet("dir", "auto")


def _dress(token: Token) -> None:
    if token.nesting < 0:
        return
    css, style = _LOOKS.get(token.tag, ("", ""))
    if css:
        token.attrSet("class", css)
    if style:
        token.attrSet("style", style)


def _close_quotes(tokens: list[Token]) -> None:
    """The last paragraph of a quote leaves no room below itself."""
    last = None
    for token in tokens:
        if token.type == "paragraph_open":
            last = token
        elif token.type == "blockquote_close" and last is not None:
            last.attrSet("style", "margin:0;")


def _blocks(node: SyntaxTreeNode) -> str:
    return "\n\n".join(_block(child) for child in node.children)


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "blockquote":
            lines = wrap(_blocks(node), _QUOTE_WIDTH).split("\n")
            return "\n".join(f"> {line}".rstrip() for line in lines)
        case "bullet_list" | "ordered_list":
            return "\n".join(_item(child, number) for number, child in enumerate(node.children))
        case "hr":
            return "-" * 20
        case "fence":
            return node.content.rstrip("\n")
    return "".join(_inline(child) for child in node.children)


def _item(node: SyntaxTreeNode, number: int) -> str:
    parent = node.parent
    is_ordered = parent is not None and parent.type == "ordered_list"
    first = int(str(parent.attrs.get("start", 1))) if parent is not None else 1
    mark = f"{first + number}. " if is_ordered else "- "
    room = " " * len(mark)
    inside = _blocks(node) if _is_loose(node) else "\n".join(map(_block, node.children))
    return mark + inside.replace("\n", f"\n{room}")


def _is_loose(node: SyntaxTreeNode) -> bool:
    return any(child.type == "paragraph" and not child.hidden for child in node.children)


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "text" | "code_inline":
            return node.content
        case "link":
            words = "".join(_inline(child) for child in node.children)
            address = str(node.attrs.get("href", ""))
            same = words in {address, address.removeprefix("mailto:")}
            return words if same or not address else f"{words} ({address})"
    return "".join(_inline(child) for child in node.children)
