"""HTML of mails as a small tree, read in linear time and written back well nested.

nh3 is the gate for what people see; but it takes minutes for some inputs (100,000 nested elements).
What passes through here first is of bounded size and depth, and has no surprises for it.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_HTML = 1_000_000  # characters which are read; the raw mail is kept
MAX_DEPTH = 150
MAX_NODES = 40_000  # elements, runs of text, and each & in them, which costs nh3 most
MAX_ATTRIBUTES = 30
MAX_VALUE = 4_000  # characters of an attribute, but for a picture in place

_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(_VOID_NAMES.split())
# Their content is no text for people.
_DROPPED_NAMES = (
    "script style title textarea xmp iframe noembed noframes template svg math object applet "
    "select video audio canvas head"
)
_DROPPED = frozenset(_DROPPED_NAMES.split())
_BLOCK_NAMES = (
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
# What an element ends when that one is the innermost which is open.
_ENDS = {
    "li": {"li", "p"}, "tr": {"td", "th", "tr", "p"}, "td": {"td", "th", "p"},
    "th": {"td", "th", "p"}, "dd": {"dd", "dt", "p"}, "dt": {"dd", "dt", "p"},
    "tbody": {"td", "th", "tr", "thead", "tbody"}, "option": {"option"},
}  # fmt: skip
_HIDDEN = re.compile(
    r"(?:^|;)(?:display:none|visibility:hidden|max-height:0(?:px)?(?:;|!|$)|opacity:0(?:;|!|$))"
)
_NAME = re.compile(r"[a-zA-Z][^\s/>\x00<]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=\"'<\x00][^\s/>=\x00]*)(\s*=\s*)?")
_BARE_VALUE = re.compile(r"[^\s>]*")


@dataclass(eq=False)
class Text:
    """A run of characters, unescaped."""

    value: str


@dataclass(eq=False)
class Node:
    """An element; the root has no tag."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node | Text"] = field(default_factory=list)


def parse(source: str) -> Node:
    """The tree of an HTML mail. Never raises; what is too long or too deep is left out."""
    return _Reader(source[:MAX_HTML]).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.root = Node("")
        self.open = [self.root]
        self.depths: Counter[str] = Counter()  # how often each tag is open
        self.in_pre = 0
        self.nodes = 0
        self.unclosed: set[str] = set()

    def read(self) -> Node:
        at = 0
        while at < len(self.source) and self.nodes < MAX_NODES:
            found = self.source.find("<", at)
            end = found if found >= 0 else len(self.source)
            if end > at:
                self._text(self.source[at:end])
            if found < 0:
                break
            at = self._markup(found)
        return self.root

    def _text(self, raw: str) -> None:
        value = html.unescape(raw).replace("\x00", "")
        value = "&".join(value.split("&")[: MAX_NODES - self.nodes])
        lines = value.splitlines(keepends=True) if self.in_pre else [value]
        self.nodes += len(lines) + value.count("&")
        self.open[-1].children.extend(Text(line) for line in lines)

    def _markup(self, at: int) -> int:
        """Read what begins with "<"; the place after it."""
        source = self.source
        if source.startswith("<!--", at):
            return self._after("-->", at + 4)
        if source.startswith(("<!", "<?"), at):
            return self._after(">", at + 2)
        is_end = source.startswith("</", at)
        name = _NAME.match(source, at + 1 + is_end)
        if not name:
            self._text("<")
            return at + 1
        tag = name.group().lower()
        if is_end:
            self._close(tag)
            return self._after(">", name.end())
        attrs, end = self._attributes(name.end())
        if tag in _DROPPED:
            return self._skip(tag, end)
        self._open(tag, attrs)
        return end

    def _after(self, what: str, at: int) -> int:
        found = self._find(what, at)
        return found + len(what) if found >= 0 else len(self.source)

    def _find(self, what: str, at: int) -> int:
        """Like str.find; what was once not found is not searched for again."""
        if what in self.unclosed:
            return -1
        found = self.source.find(what, at)
        if found < 0:
            self.unclosed.add(what)
        return found

    def _skip(self, tag: str, at: int) -> int:
        end = re.compile(rf"</{tag}(?![\w-])", re.IGNORECASE).search(self.source, at)
        if end:
            return self._after(">", end.end())
        # A head that nobody closed must not hide the mail.
        return at if tag == "head" else len(self.source)

    def _attributes(self, at: int) -> tuple[dict[str, str], int]:
        attrs: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self.source, at):
            value, at = self._value(found.end()) if found.group(2) else ("", found.end())
            if len(attrs) < MAX_ATTRIBUTES:
                attrs.setdefault(found.group(1).lower(), _bounded(value))
        return attrs, self._after(">", at)

    def _value(self, at: int) -> tuple[str, int]:
        quote = self.source[at : at + 1]
        if quote and quote in "\"'" and (end := self._find(quote, at + 1)) >= 0:
            return self.source[at + 1 : end], end + 1
        bare = _BARE_VALUE.match(self.source, at)
        return (bare.group(), bare.end()) if bare else ("", at)

    def _open(self, tag: str, attrs: dict[str, str]) -> None:
        ends = _ENDS.get(tag, {"p"} if tag in _BLOCKS else set())
        while len(self.open) > 1 and self.open[-1].tag in ends:
            self._pop()
        if tag in VOID:
            self.nodes += 1
            self.open[-1].children.append(Node(tag, attrs))
        elif len(self.open) < MAX_DEPTH:
            self.nodes += 1
            node = Node(tag, attrs)
            self.open[-1].children.append(node)
            self.open.append(node)
            self.depths[tag] += 1
            self.in_pre += is_preformatted(node)

    def _close(self, tag: str) -> None:
        if not self.depths[tag]:
            return
        while self.open[-1].tag != tag:
            self._pop()
        self._pop()

    def _pop(self) -> None:
        node = self.open.pop()
        self.depths[node.tag] -= 1
        self.in_pre -= is_preformatted(node)


def _bounded(value: str) -> str:
    is_picture = value.startswith("data:image/") and "&" not in value
    return value if is_picture else html.unescape(value[:MAX_VALUE])


def is_preformatted(node: Node) -> bool:
    return node.tag == "pre" or "white-space:pre" in node.attrs.get("style", "").replace(" ", "")


def is_hidden(node: Node) -> bool:
    """Whether an element is not shown: the words for the preview of a newsletter, mostly."""
    style = node.attrs.get("style", "").replace(" ", "").lower()
    return "hidden" in node.attrs or bool(_HIDDEN.search(style))


def drop_hidden(root: Node) -> None:
    """Take out what is not shown."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        node.children = [c for c in node.children if isinstance(c, Text) or not is_hidden(c)]
        nodes += [c for c in node.children if isinstance(c, Node)]


def walk(root: Node) -> Iterator[tuple[str, Node | Text]]:
    """Every node in order: ("open", element), ("leaf", text or void), ("close", element)."""
    stack: list[tuple[Node, Iterator[Node | Text]]] = [(root, iter(root.children))]
    while stack:
        parent, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                yield "close", parent
        elif isinstance(child, Text) or child.tag in VOID:
            yield "leaf", child
        else:
            yield "open", child
            stack.append((child, iter(child.children)))


def write(root: Node, kept: set[int] | None = None) -> str:
    """The tree as HTML; kept: ids of the leaves to write, and only elements that hold one."""
    out: list[str] = []
    waiting: list[Node] = []  # opened, but nothing of theirs written yet
    for event, node in walk(root):
        if event == "open" and isinstance(node, Node):
            waiting.append(node)
            if kept is None:
                out.extend(_start(waiting.pop(0)) for _ in list(waiting))
        elif event == "leaf" and (kept is None or id(node) in kept):
            out.extend(_start(one) for one in waiting)
            waiting.clear()
            out.append(html.escape(node.value) if isinstance(node, Text) else _start(node))
        elif event == "close" and isinstance(node, Node):
            if waiting:
                waiting.pop()
            else:
                out.append(f"</{node.tag}>")
    return "".join(out)


def _start(node: Node) -> str:
    attrs = "".join(f' {name}="{html.escape(value)}"' for name, value in node.attrs.items())
    return f"<{node.tag}{attrs}>"
