"""HTML of another system as plain text that still reads well."""

import re
from html.parser import HTMLParser

BLOCKS = {
    "address", "article", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "ol", "p", "pre", "section",
    "table", "tr", "ul",
}  # fmt: skip
SKIPPED = {"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg"}


class _Reader(HTMLParser):
    """Collects the text; scripts, styles and the like are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipping = 0
        self.verbatim = 0
        self.links: list[tuple[str, int]] = []
        self.lists: list[int | None] = []  # None: bullets, else the number of the last item

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipping += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self._item()
        elif tag in ("ol", "ul"):
            self.lists.append(0 if tag == "ol" else None)
            self.parts.append("\n" if len(self.lists) > 1 else "\n\n")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.parts)))
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        if tag == "pre":
            self.verbatim += 1

    def _item(self) -> None:
        sign = "- "
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            sign = f"{self.lists[-1]}. "
        self.parts.append("\n" + "  " * max(len(self.lists) - 1, 0) + sign)

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipping = max(self.skipping - 1, 0)
        elif tag in ("ol", "ul"):
            if self.lists:
                self.lists.pop()
            self.parts.append("\n\n" if not self.lists else "")
        elif tag == "a" and self.links:
            href, start = self.links.pop()
            shown = "".join(self.parts[start:]).strip()
            if re.match(r"(https?|mailto):", href) and href.removeprefix("mailto:") != shown:
                self.parts.append(f" ({href})")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        if tag == "pre":
            self.verbatim = max(self.verbatim - 1, 0)

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        self.parts.append(data if self.verbatim else re.sub(r"[ \t\r\n]+", " ", data))


def html_to_text(html: str) -> str:
    """Text of the HTML: paragraphs apart, lists with dashes, the address after a link's words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = re.sub(r"[ \t]+\n", "\n", "".join(reader.parts))
    text = re.sub(r"\n (?! )", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
