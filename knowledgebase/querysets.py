"""Which articles a person may read, and which of them answer."""

import re
import unicodedata
from collections.abc import Sequence
from functools import reduce
from math import ceil
from operator import or_
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    TrigramWordSimilarity,
)
from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Value, When

from core.highlights import START, STOP

MOST_WORDS = 12
PREFIX_FROM = 2  # letters of a word somebody is still typing
SHORTEST = 4  # letters; shorter words have too many neighbours
SNIPPET_READ = 20_000  # characters
_PIECE = re.compile(r"[^\W_]+")


class ArticleCategoryQuerySet(models.QuerySet):
    """Named filters over categories."""

    def visible_to(self, user: Any) -> "ArticleCategoryQuerySet":
        """Names of shelves are for those who fill them."""
        return self if user.is_active and user.is_staff_member else self.none()


class ArticleQuerySet(models.QuerySet):
    """Named filters over articles. user may be nobody (AnonymousUser)."""

    def visible_to(self, user: Any) -> "ArticleQuerySet":
        """The desk sees all, other staff what is published, customers what is meant for them."""
        if not user.is_authenticated or not user.is_active:
            return self.filter(status="published", visibility="public")
        if user.is_desk:
            return self
        if user.is_staff_member:
            return self.filter(status="published")
        return self.filter(status="published", visibility__in=["public", "customers"])

    def published(self) -> "ArticleQuerySet":
        return self.filter(status="published")

    def matching(self, words: str) -> "ArticleQuerySet":
        """Articles that hold every word; a word of the title may have a slip or two."""
        pieces = pieces_of(words)
        if not pieces:
            return self.none()
        wanted = Q()
        for number, piece in enumerate(pieces, 1):
            held = Q(words=_one(piece, can_go_on=number == len(pieces)))
            if len(piece) >= SHORTEST:
                held |= Q(title__trigram_word_similar=piece)
            wanted &= held
        return self.filter(wanted)

    def best_first(self, words: str) -> "ArticleQuerySet":
        """Adds rank and nearness to the words, and sorts by them."""
        pieces = pieces_of(words)
        if not pieces:
            return self
        query = reduce(or_, [_one(piece, can_go_on=True) for piece in pieces])
        return self.annotate(
            rank=SearchRank(F("words"), query, normalization=Value(1)),
            nearness=TrigramWordSimilarity(" ".join(pieces), "title"),
        ).order_by("-rank", "-nearness", "pk")

    def search(self, words: str) -> "ArticleQuerySet":
        """Those that match, best first."""
        return self.matching(words).best_first(words)

    def about(
        self, main: Sequence[str], more: Sequence[str] = (), *, product_id: int | None = None
    ) -> "ArticleQuerySet":
        """Published articles that answer a problem: those on the product first, then the best.

        main: words of its subject, more: of its description; lower case, letters and digits only.
        One word of many says little: it counts when it is one of main and stands in the title, or
        when the article is about the product; else it takes two, and a third of all of them.
        Adds is_same_product.
        """
        main, more = _plain_words(main), _plain_words(more)
        if not main and not more:
            return self.none()
        every = [_raw(f"'{word}'", "desk_words") for word in (*main, *more)]
        titles = [_raw(f"'{word}':A", "desk_words") for word in main]
        hits: Any = sum(
            (Case(When(words=word, then=Value(1)), default=Value(0)) for word in every), Value(0)
        )
        same: Any = Value(False, BooleanField())
        if product_id is not None:
            links = self.model.products.through.objects
            same = Exists(links.filter(article=OuterRef("pk"), product=product_id))
        query = reduce(or_, every)
        enough = Q(hits__gte=max(2, ceil(len(every) / 3))) | Q(is_same_product=True)
        if titles:
            enough |= Q(words=reduce(or_, titles))
        return (
            self.published()
            .filter(words=query)
            .annotate(is_same_product=same, hits=hits, rank=SearchRank(F("words"), query))
            .filter(enough)
            .order_by("-is_same_product", "-hits", "-rank", "pk")
        )

    def with_passage(self, words: str) -> "ArticleQuerySet":
        """Adds passage: where the words stand, marked for core.highlights."""
        pieces = pieces_of(words)
        if not pieces:
            return self.annotate(passage=Value("", models.TextField()))
        query = reduce(or_, [_one(piece, can_go_on=True) for piece in pieces])
        return self.annotate(
            passage=SearchHeadline(
                models.functions.Left("plain", SNIPPET_READ), query, config="desk_words",
                start_sel=START, stop_sel=STOP, max_words=32, min_words=16, max_fragments=2,
                fragment_delimiter=" … ",
            )
        )  # fmt: skip


def pieces_of(text: str) -> list[str]:
    """The words of what was typed, as the index cuts them."""
    text = unicodedata.normalize("NFC", text)
    return [piece.lower()[:60] for piece in _PIECE.findall(text)][:MOST_WORDS]


def _plain_words(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.isalnum()][:MOST_WORDS]


def _one(piece: str, *, can_go_on: bool) -> SearchQuery:
    """A word in any form; or the beginning of one, while somebody is still typing."""
    query = _raw(f"'{piece}'", "desk_words")
    if can_go_on and len(piece) >= PREFIX_FROM:
        query |= _raw(f"'{piece}':*", "desk_plain") | _raw(f"'{piece}':*", "desk_words")
    return query


def _raw(words: str, config: str) -> SearchQuery:
    return SearchQuery(words, config=config, search_type="raw")
