"""An article as plain text for a mail: lists and tables as lines, addresses in brackets."""

from markdown_it.token import Token

from knowledgebase.markdown import parser


def readable_text(body: str) -> str:
    """The words without the marks of Markdown."""
    writer = _Writer()
    for token in parser().parse(body):
        getattr(writer, f"on_{token.type}", writer.skip)(token)
    return writer.text


class _Writer:
    """Collects blocks. Those of one list or table stand close together, all others a line apart."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, int]] = []  # text, and the list or table it is of; 0 for none
        self.lists: list[int | None] = []  # the next number of each list around; None for bullets
        self.group = 0
        self.mark = ""
        self.cells: list[str] | None = None

    @property
    def text(self) -> str:
        parts, before = [], 0
        for text, group in self.blocks:
            parts.append("" if not parts else "\n" if group and group == before else "\n\n")
            parts.append(text)
            before = group
        return "".join(parts)

    def skip(self, token: Token) -> None:
        """Nothing to write."""

    def on_bullet_list_open(self, token: Token) -> None:
        self._begin()
        self.lists.append(None)

    def on_ordered_list_open(self, token: Token) -> None:
        self._begin()
        self.lists.append(int(token.attrGet("start") or 1))

    def on_bullet_list_close(self, token: Token) -> None:
        self.lists.pop()

    on_ordered_list_close = on_bullet_list_close

    def on_list_item_open(self, token: Token) -> None:
        number = self.lists[-1]
        indent = "  " * (len(self.lists) - 1)
        self.mark = f"{indent}- " if number is None else f"{indent}{number}. "
        self.lists[-1] = None if number is None else number + 1

    def on_table_open(self, token: Token) -> None:
        self._begin()

    def on_tr_open(self, token: Token) -> None:
        self.cells = []

    def on_tr_close(self, token: Token) -> None:
        self.blocks.append((" – ".join(self.cells or []), self.group))
        self.cells = None

    def on_inline(self, token: Token) -> None:
        words = _inline(token)
        if self.cells is not None:
            self.cells.append(words)
            return
        self.blocks.append((self.mark + words, self.group if self.lists else 0))
        self.mark = ""

    def on_fence(self, token: Token) -> None:
        self.blocks.append((token.content.rstrip("\n"), 0))

    on_code_block = on_fence

    def _begin(self) -> None:
        """A list inside another belongs to it."""
        self.group += not self.lists


def _inline(token: Token) -> str:
    """Words of a line; a link with its address."""
    parts, address = [], ""
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            parts.append("" if parts[-1:] == [address] else f" ({address})")
        else:
            parts.append(child.content)
    return "".join(parts)
