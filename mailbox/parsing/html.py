"""HTML of mails made safe to show, and parted into what is new and what is quoted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from mailbox.parsing.html_lines import Line, lines_of
from mailbox.parsing.line_kinds import Kind
from mailbox.parsing.line_labels import Label, labels_of
from mailbox.parsing.markup import Node, drop_hidden, parse, walk, write

_TAG_NAMES = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col "
    "colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i "
    "img ins kbd li main mark ol p pre q s samp section small span strike strong sub sup table "
    "tbody td tfoot th thead time tr tt u ul var wbr"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align", "valign", "style"},
    "a": {"href"},
    "img": {"src", "data-src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "bgcolor"},
    "tr": {"bgcolor"},
    "td": {"colspan", "rowspan", "bgcolor"},
    "th": {"colspan", "rowspan", "bgcolor"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "bdo": {"dir"},
}
# Nothing here can fetch, cover the page or hide what is written.
_STYLES = {
    "color", "background-color", "font-weight", "font-style", "font-family", "text-align",
    "text-decoration", "vertical-align", "white-space", "border", "border-left", "border-top",
    "border-bottom", "border-right", "border-collapse", "padding", "padding-left", "padding-top",
    "padding-bottom", "padding-right", "list-style-type", "direction",
}  # fmt: skip
_HOSTILE_STYLE = re.compile(r"url|expression|import|[\\<@]|/\*", re.I)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.I)
_INSECURE = re.compile(r"^http:", re.I)
_START_OF_PRE = re.compile(r'(<pre(?: [a-z-]+="[^"]*")*>)[\r\n]+')
_PICTURE_IN_PLACE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*")


@dataclass(frozen=True)
class CleanHtml:
    """html: safe to show; remote_images: how many pictures wait in data-src for a click."""

    html: str
    remote_images: int


def clean_html(
    html: str, cids: Mapping[str, str], *, with_remote_images: bool = False
) -> CleanHtml:
    """Make a mail's HTML safe; cids: where the picture of each Content-ID is (without <>).

    with_remote_images: the reader wants them; they are asked for by https only.
    """
    root = parse(html)
    drop_hidden(root)
    remote, wanted = 0, set[str]()
    for _, node in walk(root):
        if isinstance(node, Node) and node.tag == "img":
            _place_picture(node, cids)
            remote += "data-src" in node.attrs
            if with_remote_images and "data-src" in node.attrs:
                node.attrs["src"] = _INSECURE.sub("https:", node.attrs.pop("data-src"))
                wanted.add(node.attrs["src"])
    ours = wanted.union(cids.values())

    def allowed(tag: str, attribute: str, value: str) -> str | None:
        return _allowed(attribute, value, ours)

    safe = nh3.clean(
        write(root),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel="noopener nofollow",
    )
    # Browsers skip a line end there, so that it would be another text each time it is read.
    return CleanHtml(_START_OF_PRE.sub(r"\1", safe), remote)


def _place_picture(node: Node, cids: Mapping[str, str]) -> None:
    """Point a picture to its attachment; one that would be fetched is put aside in data-src."""
    source = node.attrs.pop("src", "").strip()
    waiting = node.attrs.pop("data-src", "").strip()
    if source.lower().startswith("cid:"):
        source = cids.get(unquote(source[4:]).strip("<> "), "")
    if source.startswith("//"):
        source = f"https:{source}"
    if re.match(r"https?://", source, re.I) and source not in cids.values():
        waiting, source = source, ""
    if source:
        node.attrs["src"] = source
    elif re.match(r"https?://", waiting, re.I):
        node.attrs["data-src"] = waiting


def _allowed(attribute: str, value: str, ours: set[str]) -> str | None:
    if attribute == "href":
        return value if _LINK.match(value) else None
    if attribute == "src":
        return value if value in ours or _PICTURE_IN_PLACE.fullmatch(value) else None
    if attribute == "style":
        return None if _HOSTILE_STYLE.search(value) else value
    return value


def split_html(html: str, sender: str = "") -> tuple[str, str]:
    """What is new in a mail's HTML, and the rest: what is quoted, and signatures.

    Neither is safe to show: clean_html comes after. The first is never empty unless both are.
    """
    root = parse(html)
    lines = lines_of(root)
    labels = labels_of([_as_text(line) for line in lines], sender, _forced(lines))
    new: set[int] = set()
    old: set[int] = set()
    for line, label in zip(lines, labels, strict=True):
        (new if label is Label.VISIBLE else old).update(line.leaves)
    return write(root, new), write(root, old - new) if _says_something(lines, labels) else ""


def _says_something(lines: list[Line], labels: list[Label]) -> bool:
    return any(
        label is not Label.VISIBLE and (line.text.strip() or line.has_image)
        for line, label in zip(lines, labels, strict=True)
    )


def _as_text(line: Line) -> str:
    text = line.text.strip() or ("[image]" if line.has_image else "")
    return f"{'> ' * line.quoted}{text}" if line.quoted else line.text or text


def _forced(lines: list[Line]) -> dict[int, Kind]:
    return {i: line.forced for i, line in enumerate(lines) if line.forced and not line.quoted}
