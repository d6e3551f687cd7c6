"""Plain text people wrote, as safe HTML: paragraphs, line breaks and links, nothing else."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Only these schemes ever become a link (ATTACKS A34); everything else stays words.
_LINK = re.compile(
    r"(?P<url>https?://[^\s<>\"'`]+)|(?P<mail>\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b)",
    re.IGNORECASE,
)
_TAIL = ".,;:!?)]}»”’"
_BLANK = re.compile(r"\n[ \t]*\n+")


def render_plain(text: str) -> SafeString:
    """HTML of a plain text. Every character of the text is escaped; links are ours."""
    parts = [part for part in _BLANK.split(text.strip("\n")) if part.strip()]
    lines = (_linked(part).replace("\n", "<br>") for part in parts)
    return mark_safe("".join(f'<p dir="auto">{line}</p>' for line in lines))  # noqa: S308


def _linked(text: str) -> str:
    result, at = [], 0
    for found in _LINK.finditer(text):
        result.append(escape(text[at : found.start()]))
        result.append(_mail(found["mail"]) if found["mail"] else _url(found["url"]))
        at = found.end()
    result.append(escape(text[at:]))
    return "".join(result)


def _url(address: str) -> str:
    """A link to the address; punctuation that ends a sentence stays outside."""
    link = address.rstrip(_TAIL)
    if "(" in link and address[len(link) :].startswith(")"):
        link += ")"
    tail = address[len(link) :]
    return f'<a href="{escape(link)}" rel="noopener nofollow">{escape(link)}</a>{escape(tail)}'


def _mail(address: str) -> str:
    return f'<a href="mailto:{escape(address)}">{escape(address)}</a>'
