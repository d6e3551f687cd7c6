"""Reading what people type into a search box. Pure: no database, no clock but the one given.

words              every word, in any order, in any form ("printing" finds "printer")
"paper jam"        these words side by side
-word              without it; works with operators, too: -status:closed
status:open        operators; a value of several words stands in quotes: customer:"Acme Dental"
SD-000123, 123     a ticket's number
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.text import clean_text

MOST_CHARACTERS, MOST_TERMS, LONGEST_PIECE = 500, 16, 60
PREFIX_FROM = 3  # letters; the beginnings of shorter words are in everything
_OPERATORS = "status assignee team priority category device customer before after is has tag"
OPERATORS = frozenset(_OPERATORS.split())
# What PostgreSQL's English dictionary leaves out; a test compares the two.
_STOP_WORDS = (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself "
    "she her hers herself it its itself they them their theirs themselves what which who whom "
    "this that these those am is are was were be been being have has had having do does did "
    "doing a an the and but if or because as until while of at by for with about against between "
    "into through during before after above below to from up down in out on off over under again "
    "further then once here there when where why how all any both each few more most other some "
    "such no nor not only own same so than too very s t can will just don should now"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
_REFERENCE = re.compile(r"(?:sd-?|#)?0*(\d{1,9})", re.IGNORECASE)
_PIECE = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """Words side by side that a ticket must hold, or must not.

    pieces: lower case, letters and digits only; never empty. is_prefix: the last piece may go on.
    """

    pieces: tuple[str, ...]
    is_phrase: bool = False
    is_negated: bool = False
    is_prefix: bool = False

    @property
    def has_digits(self) -> bool:
        return any(char.isdigit() for piece in self.pieces for char in piece)

    @property
    def raw(self) -> str:
        """As to_tsquery reads it. Safe: the pieces hold letters and digits only."""
        words = " <-> ".join(f"'{piece}'" for piece in self.pieces)
        return f"{words}:*" if self.is_prefix else words


@dataclass(frozen=True)
class Condition:
    """operator:value, as typed but in lower case."""

    name: str
    value: str
    is_negated: bool = False


@dataclass
class Query:
    """What was asked.

    number: a ticket's number that was typed, or None. is_reference: with its "SD-".
    unknown: operators nobody knows, searched for as words. is_cut: more was typed than is read.
    only_common: nothing but words that stand everywhere, which the index leaves out.
    """

    text: str
    number: int | None = None
    is_reference: bool = False
    terms: list[Term] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_cut: bool = False
    only_common: bool = False

    @property
    def wanted(self) -> list[Term]:
        return [term for term in self.terms if not term.is_negated]

    @property
    def loosened(self) -> "Query":
        """The same with the words of phrases anywhere: what an index can answer."""
        terms = [
            Term((piece,))
            for term in self.terms
            if term.is_phrase and not term.is_negated
            for piece in term.pieces
        ]
        others = [term for term in self.terms if term.is_negated or not term.is_phrase]
        return replace(self, terms=terms + others)

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.conditions or self.number)


def fold(word: str) -> str:
    """A word without its accents, in lower case."""
    parts = unicodedata.normalize("NFKD", word)
    return "".join(char for char in parts if not unicodedata.combining(char)).lower()


def pieces_of(text: str) -> tuple[str, ...]:
    """The words of a text, as the index cuts them."""
    text = unicodedata.normalize("NFC", text)
    return tuple(piece[:LONGEST_PIECE].lower() for piece in _PIECE.findall(text))


def parse(typed: str) -> Query:
    """Read it; never fails, whatever it is."""
    text = " ".join(clean_text(typed[: MOST_CHARACTERS * 4]).split())
    query = Query(text[:MOST_CHARACTERS], is_cut=len(text) > MOST_CHARACTERS)
    query.is_cut = query.is_cut or len(typed) > MOST_CHARACTERS * 4
    text = query.text
    if found := _REFERENCE.fullmatch(text.strip("[]")):
        query.number = int(found[1])
        query.is_reference = not text[0].isdigit()
    if text.count('"') % 2:  # a quote that was never closed means nothing
        at = text.rindex('"')
        text = f"{text[:at]} {text[at + 1 :]}"
    for match in _TOKEN.finditer(text):
        _read(query, match, is_last=match.end() == len(text) and not typed[-1:].isspace())
    if len(query.terms) > MOST_TERMS:
        query.is_cut = True
        del query.terms[MOST_TERMS:]
    _drop_common(query)
    return query


def _read(query: Query, match: re.Match[str], *, is_last: bool) -> None:
    """One token of the text: a condition, a phrase or a word."""
    minus, name, phrase, word = match.groups()
    value = phrase if phrase is not None else word
    name = (name or "").lower()
    if name in OPERATORS:
        if value.strip():
            query.conditions.append(Condition(name, value.strip().lower(), bool(minus)))
        return
    if name and not value.startswith("//"):  # an address is no operator
        query.unknown.append(name)
    if word is not None and word.lower().rstrip(":") in OPERATORS and word.endswith(":"):
        return  # "status:" while somebody types on
    for text, is_phrase in ((name, False), (value, phrase is not None)):
        pieces = pieces_of(text)
        if pieces:
            can_go_on = is_last and text is value and not is_phrase and not minus
            is_prefix = can_go_on and len(pieces[-1]) >= PREFIX_FROM
            query.terms.append(Term(pieces, is_phrase, bool(minus), is_prefix))


def _drop_common(query: Query) -> None:
    """Leave out words that stand everywhere, unless there are no others."""
    kept = [
        term for term in query.terms
        if term.is_phrase or len(term.pieces) > 1 or fold(term.pieces[0]) not in STOP_WORDS
    ]  # fmt: skip
    stops = all(fold(piece) in STOP_WORDS for term in query.terms for piece in term.pieces)
    query.only_common = bool(query.terms) and stops
    if query.only_common:
        query.terms = []
    else:
        query.terms = [t for t in kept if any(fold(p) not in STOP_WORDS for p in t.pieces)]


def day_of(value: str, today: date) -> date | None:
    """A day as people type it: 2026-11-23, today, yesterday, 7d (days ago)."""
    if value in {"today", "yesterday"}:
        return today - timedelta(days=value == "yesterday")
    if re.fullmatch(r"\d{1,4}d", value):
        return today - timedelta(days=int(value[:-1]))
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None
