"""The lines a person sees of an HTML mail, and which pieces of the tree each is made of."""

import re
from dataclasses import dataclass, field

from mailbox.parsing.line_kinds import Kind
from mailbox.parsing.markup import Node, Text, is_hidden, is_preformatted, walk

_OWN_LINE_NAMES = (
    "address article aside center dd div dl dt fieldset figure footer form header li main nav "
    "section table tbody tfoot thead tr caption"
)
_OWN_LINE = frozenset(_OWN_LINE_NAMES.split())
_OWN_PARAGRAPH_NAMES = "blockquote h1 h2 h3 h4 h5 h6 ol p pre ul"
_OWN_PARAGRAPH = frozenset(_OWN_PARAGRAPH_NAMES.split())
_SPACE = re.compile(r"[ \t\r\n\f]+")

# Where mail programs mark by id, class or attribute what they put into a mail.
_DIVIDERS = {
    "divrplyfwdmsg", "x_divrplyfwdmsg", "olk_src_body_section", "zwchr", "__divider__",
    "yahoo_quoted", "ms-outlook-mobile-reference-message", "moz-forward-container",
}  # fmt: skip
_INTRODUCTIONS = {"moz-cite-prefix", "gmail_attr", "reply-intro"}
_SIGNATURES = {
    "gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "signature", "x_signature",
    "protonmail_signature_block-user", "mail_signature",
}  # fmt: skip
_OUTLOOK_LINE = re.compile(r"border:none;border-top:solid#[0-9a-f]{6}1\.0pt;padding:3\.0pt0")


@dataclass
class Line:
    """One line as it is seen; quoted: how many quotes it stands in; prefix: "- " in a list."""

    text: str = ""
    prefix: str = ""
    leaves: list[int] = field(default_factory=list)
    quoted: int = 0
    forced: Kind | None = None
    has_image: bool = False


def lines_of(root: Node, with_hidden: bool = False) -> list[Line]:
    """The lines of a mail, from top to bottom."""
    return _Writer(with_hidden).write(root)


class _Writer:
    def __init__(self, with_hidden: bool) -> None:
        self.with_hidden = with_hidden
        self.lines: list[Line] = [Line()]
        self.hidden = self.pre = self.quoted = 0
        self.forced: list[tuple[Node, Kind]] = []
        self.lists: list[int | None] = []  # the next number, or None for bullets
        self.links: list[tuple[str, str]] = []  # the address, and the line before the link's text

    def write(self, root: Node) -> list[Line]:
        for event, node in walk(root):
            if isinstance(node, Text):
                self._text(node)
            elif event == "leaf":
                self._void(node)
            elif event == "open":
                self._open(node)
            else:
                self._close(node)
        return self.lines

    @property
    def line(self) -> Line:
        return self.lines[-1]

    def _break(self, blank: bool = False) -> None:
        """End the line, if there is one; blank: an empty line after it."""
        if self.line.text.strip(" \t") or self.line.has_image:
            self._next()
        if blank and len(self.lines) > 1 and (self.lines[-2].text or self.lines[-2].has_image):
            self._next()

    def _next(self) -> None:
        forced = self.forced[-1][1] if self.forced else None
        self.lines.append(Line(quoted=self.quoted, forced=forced))

    def _text(self, node: Text) -> None:
        self.line.leaves.append(id(node))
        if self.hidden:
            return
        if self.pre:
            self.line.text += node.value.rstrip("\r\n")
            if node.value.endswith(("\n", "\r")):
                self._next()
            return
        value = _SPACE.sub(" ", node.value)
        if not self.line.text or self.line.text.endswith((" ", "\t")):
            value = value.lstrip(" ")
        self.line.text += value

    def _void(self, node: Node) -> None:
        self.line.leaves.append(id(node))
        if self.hidden:
            return
        if node.tag == "br":
            self._next()
        elif node.tag == "hr":
            self._divide(node)
            self._break(blank=True)
        elif node.tag == "img" and not _is_pixel(node):
            self.line.has_image = True
            if alt := _SPACE.sub(" ", node.attrs.get("alt", "")).strip():
                self.line.text += f"[{alt[:200]}]"

    def _open(self, node: Node) -> None:
        self.hidden += not self.with_hidden and is_hidden(node)
        if self.hidden:
            return
        self._divide(node)
        if node.tag in _OWN_PARAGRAPH and not (node.tag in ("ol", "ul") and self.lists):
            self._break(blank=True)
        elif node.tag in _OWN_LINE:
            self._break()
        elif node.tag in ("td", "th") and self.line.text.strip():
            self.line.text = self.line.text.rstrip() + "\t"
        elif node.tag == "a":
            self.links.append((node.attrs.get("href", "").strip(), self.line.text))
        self.pre += is_preformatted(node)
        self.quoted += is_quote(node)
        self.line.quoted = max(self.quoted, self.line.quoted)
        self._list(node)
        if kind := _forced_kind(node):
            self._break()
            self.forced.append((node, kind))
            self.line.forced = kind

    def _list(self, node: Node) -> None:
        if node.tag in ("ol", "ul"):
            self.lists.append(1 if node.tag == "ol" else None)
        elif node.tag == "li":
            number = self.lists[-1] if self.lists else None
            indent = "  " * (len(self.lists) - 1)
            self.line.prefix = f"{indent}{number}. " if number else f"{indent}- "
            if self.lists and number:
                self.lists[-1] = number + 1

    def _close(self, node: Node) -> None:
        if self.hidden:
            self.hidden -= is_hidden(node)
            return
        if node.tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        if node.tag == "a" and self.links:
            self._name_target(*self.links.pop())
        self.pre -= is_preformatted(node)
        self.quoted -= is_quote(node)
        if self.forced and self.forced[-1][0] is node:
            self.forced.pop()
            self._next()
        elif node.tag in _OWN_PARAGRAPH and not (node.tag in ("ol", "ul") and self.lists):
            self._break(blank=True)
        elif node.tag in _OWN_LINE:
            self._break()
        if not (self.line.text or self.line.has_image):
            self.line.quoted = self.quoted

    def _divide(self, node: Node) -> None:
        style = node.attrs.get("style", "").replace(" ", "").lower()
        if _DIVIDERS & _names(node) or _OUTLOOK_LINE.match(style):
            self._break()
            self.line.forced = Kind.MARKER
            self._next()

    def _name_target(self, target: str, before: str) -> None:
        """Write the address behind the text of a link which does not show it."""
        shown = self.line.text
        said = (shown[len(before) :] if shown.startswith(before) else shown).strip()
        plain = re.sub(r"^(?:mailto|tel):", "", target, flags=re.I).split("?")[0]
        if target.lower().startswith(("http://", "https://")):
            plain = target
        elif plain == target:
            return
        if said and _bare(plain) not in _bare(said):
            self.line.text = f"{shown.rstrip()} <{plain}>"


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", address.strip().lower()).rstrip("/")


def _names(node: Node) -> set[str]:
    attrs = node.attrs
    said = f"{attrs.get('id', '')} {attrs.get('class', '')} {attrs.get('data-marker', '')}"
    return set(said.lower().split())


def is_quote(node: Node) -> bool:
    """Whether an element quotes; programs also use the same one to indent."""
    if node.tag != "blockquote":
        return False
    style = node.attrs.get("style", "").replace(" ", "").lower()
    is_indent = "border:none" in style or "border:0" in style
    return not is_indent or "cite" in node.attrs.get("type", "") or "cite" in node.attrs


def _forced_kind(node: Node) -> Kind | None:
    names = _names(node)
    if names & _SIGNATURES or "data-signatureblock" in node.attrs:
        return Kind.SIGNATURE
    return Kind.INTRO if names & _INTRODUCTIONS else None


def _is_pixel(node: Node) -> bool:
    return any(node.attrs.get(side, "").strip(" px") in ("0", "1") for side in ("width", "height"))
