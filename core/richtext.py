"""Text people wrote, as HTML that can only be text: paragraphs, line breaks and plain links."""

import re
from urllib.parse import urlsplit

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# The scheme is spelled out: nothing is decoded or guessed, so "jAvA&#115;cript:" stays text.
_LINK = re.compile(
    r"(?<![\w@&/:.+-])(?:(?:https?://|mailto:|tel:)[^\s<>\"'`\\|{}^]+"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})",
    re.IGNORECASE,
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_TAIL = ".,;:!?…*_~»”’"
_PAIRS = {")": "(", "]": "["}
# Characters that are invisible or turn the reading direction: an address with one may lie.
_HIDDEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_MAIL = re.compile(r"[\w.!#$%&*+/=-]{1,64}@[\w.-]{3,190}")
_SCHEME = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_TEL = re.compile(r"tel:\+?[\d().-]{3,25}", re.IGNORECASE)
MAX_LINK = 2000


def render_plain(text: str) -> SafeString:
    """HTML of a plain text: <p> per paragraph, <br> per line, <a> around real addresses.

    Nothing in the text is ever read as HTML. Only http, https, mailto and tel (and a bare e-mail
    address) become links, and the target is exactly what is shown. Linear in length.
    """
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n")
    parts = [part for part in _PARAGRAPHS.split(clean) if part.strip()]
    # dir=auto: a right-to-left paragraph reads right, and turned text ends with its paragraph.
    return mark_safe("".join(f'<p dir="auto">{_lines(part)}</p>' for part in parts))


def _lines(paragraph: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in _LINK.finditer(paragraph):
        address = _trim(found[0])
        pieces.append(escape(paragraph[end : found.start()]))
        pieces.append(_anchor(address))
        end = found.start() + len(address)
    pieces.append(escape(paragraph[end:]))
    return "".join(pieces).replace("\n", "<br>")


def _trim(address: str) -> str:
    """The address without the punctuation of the sentence around it."""
    while address and len(address) <= MAX_LINK:
        last = address[-1]
        unpaired = last in _PAIRS and address.count(last) > address.count(_PAIRS[last])
        if last not in _TAIL and not unpaired:
            break
        address = address[:-1]
    return address


def _anchor(address: str) -> str:
    shown = escape(address)
    if not _is_honest(address):
        return shown
    scheme = "" if _SCHEME.match(address) else "mailto:"
    return f'<a href="{scheme}{shown}" rel="noopener nofollow">{shown}</a>'


def _is_honest(address: str) -> bool:
    """Whether following the address leads where a reader thinks it does."""
    if len(address) > MAX_LINK or _HIDDEN.search(address):
        return False
    scheme = _SCHEME.match(address)
    kind = scheme[1].lower() if scheme else "mailto"
    if kind == "mailto":
        return _MAIL.fullmatch(address[len(scheme[0]) :] if scheme else address) is not None
    if kind == "tel":
        return _TEL.fullmatch(address) is not None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    # "https://bank.example@evil.example" opens evil.example: not a link.
    return bool(parts.hostname) and "@" not in parts.netloc and "%" not in parts.netloc
