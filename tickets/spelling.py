"""Words that hit nothing, and what was probably meant."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import QuerySet

from tickets.models import SearchWord
from tickets.search_query import RANKED, column_of, tsquery_of
from tickets.search_words import Query, Term, fold

SHORTEST = 4  # letters; shorter words have too many neighbours
OWN_TICKETS = 300  # of somebody who does not see all: the newest whose words count
CANDIDATES = 20
MOST_WORDS = 4
Candidates = list[tuple[str, int]]  # words, and how often they are used
_OF_ALL = "SELECT word, tickets FROM tickets_searchword WHERE word %% %s"
_OF_OWN = """
SELECT word, ndoc FROM ts_stat($$
    SELECT to_tsvector('desk_plain', desk_split(subject || ' ' || left(description, 2000)))
    FROM tickets_ticket WHERE id IN ({ids})
$$) WHERE word %% %s"""


def _suspects(query: Query) -> list[str]:
    """Words that may have been mistyped, each once."""
    words = [
        term.pieces[0]
        for term in query.wanted
        if len(term.pieces) == 1 and not term.has_digits and len(term.pieces[0]) >= SHORTEST
    ]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def neighbours(query: Query, reader: Any) -> QuerySet | None:
    """Rows of the vocabulary like the only word of a query, nearest first; None when it has
    several, or the reader may not read them.
    """
    suspects = _suspects(query)
    if len(query.terms) != 1 or not suspects or not sees_all(reader):
        return None
    word = fold(suspects[0])
    rows = SearchWord.objects.filter(word__trigram_similar=word).exclude(word=word)
    return rows.order_by(TrigramSimilarity("word", word).desc())[:CANDIDATES]


def corrected(
    rows: QuerySet, query: Query, reader: Any, near: Candidates | None = None
) -> dict[str, str]:
    """Word that hits nothing among the rows -> the likely one; only those that have one.

    rows: all the reader may see. query: one that found nothing. near: what `neighbours` of the
    query hold, where somebody asked already. At most two queries for each of MOST_WORDS words,
    and one.
    """
    unknown = _suspects(query)
    if near is not None:
        likely = _nearest(fold(unknown[0]), near)
        return {unknown[0]: likely} if likely else {}
    if len(query.terms) > 1:  # of a single word it is known already
        unknown = [word for word in unknown if not _hits(rows, word, reader)]
    if not unknown:
        return {}
    ids = (
        []
        if sees_all(reader)
        else list(rows.order_by("-pk").values_list("pk", flat=True)[:OWN_TICKETS])
    )
    found = {}
    for word in unknown:
        likely = _nearest(fold(word), _candidates(fold(word), ids, reader))
        if likely:
            found[word] = likely
    return found


def sees_all(reader: Any) -> bool:
    """Whether no ticket is hidden from them, so that no word is."""
    return bool(reader.is_desk or reader.is_sales)


def _hits(rows: QuerySet, word: str, reader: Any) -> bool:
    words = tsquery_of([Term((word,), is_prefix=True)])
    # Not exists(): for "the first one" PostgreSQL walks through all tickets and not the index.
    found = rows.filter(**{f"search_text__{column_of(reader)}": words}).order_by("-pk")
    return bool(list(found.values_list("pk", flat=True)[:RANKED]))


def _candidates(word: str, ids: list[int], reader: Any) -> Candidates:
    if sees_all(reader):
        sql = _OF_ALL
    elif ids:
        sql = _OF_OWN.format(ids=",".join(str(int(key)) for key in ids))
    else:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY similarity(word, %s) DESC LIMIT {CANDIDATES}", [word, word])
        return [(found, count) for found, count in cursor.fetchall() if found != word]


def _nearest(word: str, candidates: Iterable[tuple[str, int]]) -> str | None:
    """The candidate with the fewest slips of a finger, the commoner of two; None when far off."""
    most = 1 if len(word) <= SHORTEST else 2
    ranked = sorted((slips(word, other), -count, other) for other, count in candidates)
    return ranked[0][2] if ranked and ranked[0][0] <= most else None


def slips(one: str, other: str) -> int:
    """Letters added, left out, mistaken or swapped between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, letter in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != letter))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == letter:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def rewritten(text: str, changes: dict[str, str]) -> str:
    """The typed text with the corrected words in it."""
    for word, likely in changes.items():
        text = re.sub(rf"\b{re.escape(word)}\b", likely, text, flags=re.IGNORECASE)
    return text
