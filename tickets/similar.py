"""Resolved tickets and articles that look like a problem: what fixed it last time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, Case, F, Value, When

from knowledgebase.models import Article
from tickets.models import DONE, SearchText, SearchWord, Ticket
from tickets.search_query import column_of
from tickets.search_words import STOP_WORDS, fold, pieces_of

SHOWN, ARTICLES = 5, 3
OF_SUBJECT, OF_DESCRIPTION = 5, 4  # words that are looked for
READ = 2_000  # characters of the description
SHORTEST = 3
NEWEST = 1_000  # matches that are ranked
LEAST_RANK = 0.01  # below it one common word in a long thread is all there is


@dataclass(frozen=True)
class Problem:
    """What to compare with. but: the ticket itself, which is no answer."""

    subject: str
    description: str = ""
    product_id: int | None = None
    but: int | None = None


@dataclass(frozen=True)
class Words:
    """The words to compare by."""

    subject: list[str]
    description: list[str]

    @property
    def every(self) -> list[str]:
        return self.subject + self.description


@dataclass(frozen=True)
class Alike:
    """What looks like a problem; each with is_same_product added, the same product first."""

    tickets: Sequence[Ticket] = ()
    articles: Sequence[Article] = ()


def alike(problem: Problem, user: Any) -> Alike:
    """Up to SHOWN resolved tickets and ARTICLES articles the user may see; at most 4 queries."""
    words = _rarest(problem)
    if not words.every:
        return Alike()
    return Alike(_tickets(words.every, problem, user), _articles(words, problem, user))


def helpful_articles(problem: Problem, user: Any) -> list[Article]:
    """Only the articles; at most 2 queries."""
    words = _rarest(problem)
    return _articles(words, problem, user) if words.every else []


def _articles(words: Words, problem: Problem, user: Any) -> list[Article]:
    rows = Article.objects.visible_to(user).about(
        words.subject, words.description, product_id=problem.product_id
    )
    return list(rows.defer("body", "words")[:ARTICLES])


def _tickets(words: Sequence[str], problem: Problem, user: Any) -> list[Ticket]:
    query = reduce(or_, [_raw(word) for word in words])
    column = column_of(user)
    rows = Ticket.objects.visible_to(user).filter(
        status__in=DONE, **{f"search_text__{column}": query}
    )
    if problem.but is not None:
        rows = rows.exclude(pk=problem.but)
    newest = rows.order_by("-pk").values("pk")[:NEWEST]
    same: Any = Value(False, BooleanField())
    if problem.product_id is not None:
        same = Case(
            When(ticket__device__product_id=problem.product_id, then=Value(True)), default=same
        )
    best = (
        SearchText.objects.filter(pk__in=newest)
        .annotate(
            is_same=same,
            rank=SearchRank(F(column), query, normalization=Value(1)),
        )
        .filter(rank__gt=LEAST_RANK)
        .order_by("-is_same", "-rank", "-pk")
        .values_list("pk", "is_same")[:SHOWN]
    )
    order = dict(best)
    found = {t.pk: t for t in Ticket.objects.visible_to(user).with_row().filter(pk__in=order)}
    for key, ticket in found.items():
        ticket.is_same_product = order[key]
    return [found[key] for key in order if key in found]


def _raw(word: str) -> SearchQuery:
    return SearchQuery(f"'{word}'", config="desk_words", search_type="raw")


def _rarest(problem: Problem) -> Words:
    """Words that stand in few tickets, but in more than this one."""
    subject = _words(problem.subject)
    description = [w for w in _words(problem.description[:READ]) if w not in set(subject)]
    known = dict(
        SearchWord.objects.filter(word__in=[*subject, *description]).values_list("word", "tickets")
    )
    return Words(_pick(subject, known, OF_SUBJECT), _pick(description, known, OF_DESCRIPTION))


def _words(text: str) -> list[str]:
    words = dict.fromkeys(fold(piece) for piece in pieces_of(text) if len(piece) >= SHORTEST)
    return [word for word in words if word.isalnum() and word not in STOP_WORDS]


def _pick(words: list[str], known: dict[str, int], limit: int) -> list[str]:
    """The rarest; codes ("e05") are in no vocabulary and count as rare, new words come last."""

    def weight(word: str) -> tuple[int, int]:
        if any(char.isdigit() for char in word):
            return (0, -len(word))
        return (1, known[word]) if known.get(word, 0) > 1 else (2, -len(word))

    return sorted(words, key=weight)[:limit]
