"""What the search page and the palette show, all of it by the reader's rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError
from core.keyset import COUNT_LIMIT, capped_count
from core.pages import count_words
from customers.models import Contact, Customer
from devices.models import Device
from knowledgebase.models import Article
from tickets.models import Ticket
from tickets.search_query import RANKED, only_allowed, ranked, unreadable
from tickets.search_words import Query, parse
from tickets.snippets import Snippet, snippets
from tickets.spelling import Candidates, corrected, neighbours, rewritten

TIMEOUT_MS = 4_000
# For searches PostgreSQL must know that it reads from memory: else it walks through all tickets
# rather than fetch the few an index names. And workers take longer to start than a search takes.
_SETTINGS = """
SELECT set_config('statement_timeout', %s, true),
       set_config('random_page_cost', '1.1', true),
       set_config('max_parallel_workers_per_gather', '0', true),
       (SELECT max(id) FROM tickets_ticket)"""
_NO_SETTINGS = """
SELECT set_config(name, reset_val, true) FROM pg_settings
WHERE name IN ('statement_timeout', 'random_page_cost', 'max_parallel_workers_per_gather')"""
TICKETS, OTHERS = 10, 5
CANCELLED = "57014"  # PostgreSQL's code of a statement that ran out of time


class SearchTooSlow(RuleError):
    """The search would have held up everybody else."""

    message = _("This search takes too long. Add a word that is more special, or a filter.")
    status = 503


@contextmanager
def at_most(milliseconds: int = TIMEOUT_MS) -> Iterator[int]:
    """Each statement inside may run so long; one that runs longer raises SearchTooSlow.

    Gives the key of the newest ticket, which costs no statement of its own here.
    """
    is_nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            yield _execute(_SETTINGS, str(milliseconds))[-1] or 0
            if is_nested:  # else the end of the transaction takes it back
                _execute(_NO_SETTINGS)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == CANCELLED:
            raise SearchTooSlow from error
        raise


def _execute(sql: str, *values: str) -> tuple[Any, ...]:
    """The first row of the answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


Words = str | Promise
LABELS: dict[str, Words] = {
    "tickets": _("Tickets"),
    "articles": _("Articles"),
    "customers": _("Customers"),
    "contacts": _("Contacts"),
    "devices": _("Devices"),
}


@dataclass
class Hit:
    """A ticket with what of it matched."""

    ticket: Ticket
    snippet: Snippet | None


@dataclass
class Section:
    """One kind of thing that was found. count: in words, "1,000+" beyond the limit."""

    key: str
    rows: list[Any] = field(default_factory=list)
    count: str = ""

    @property
    def label(self) -> Words:
        return LABELS[self.key]


@dataclass
class Found:
    """The answer to a search.

    shown_for: the corrected text the answer is for, "" when it is for what was typed.
    said: sentences about what was not understood.
    """

    query: Query
    sections: dict[str, Section]
    shown_for: str = ""
    said: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.kinds

    @property
    def kinds(self) -> list[Section]:
        """Those that hold anything, in the order of the page."""
        found = (self.sections.get(key) for key in LABELS)
        return [section for section in found if section and section.rows]


def search(typed: str, user: Any, *, is_exact: bool = False, tickets: int = TICKETS,
           others: int = OTHERS, with_counts: bool = True) -> Found:  # fmt: skip
    """Search everything the user may see; raises SearchTooSlow.

    is_exact: leave typing errors as they are.
    """
    with at_most() as newest:
        query = only_allowed(parse(typed), user)
        found = Found(query, {}, said=unreadable(query, user))
        if query.is_empty:
            return found
        found.sections["tickets"] = _tickets(query, user, tickets, newest)
        is_wrong = not found.sections["tickets"].rows and not is_exact
        hit, near = _hit(_others(query, user), neighbours(query, user) if is_wrong else None)
        for key, rows in hit.items():
            shown = _SHOWN[key](rows, query.text)
            found.sections[key] = _section(key, shown, others, with_counts)
        if is_wrong:
            _correct(found, user, tickets, near, newest)
        return found


def _tickets(query: Query, user: Any, limit: int, newest: int) -> Section:
    keys, number = ranked(Ticket.objects.visible_to(user), query, user, limit, newest=newest)
    # By the rights once more and not by the key alone: the rows are what people see.
    shown = Ticket.objects.visible_to(user).select_related("customer", "device__product")
    by_key = {ticket.pk: ticket for ticket in shown.filter(pk__in=keys)}
    parts = snippets(keys, query, user)
    hits = [Hit(by_key[key], parts.get(key)) for key in keys if key in by_key]
    return Section("tickets", hits, count_words(number, RANKED))


def _hit(
    parts: dict[str, QuerySet], words: QuerySet | None
) -> tuple[dict[str, QuerySet], Candidates | None]:
    """Those of the querysets that hold anything, and the words with how often they are used; one
    query for all of it. None for words that were not asked for.

    Most words are in no name: these cost no statement of their own.
    """
    asked = [_marked(kind, rows.order_by(), Value("", CharField()), "pk")[:1]
             for kind, rows in parts.items()]  # fmt: skip
    if words is not None:
        asked.append(_marked("", words, F("pk"), "tickets"))
    answer = list(asked[0].union(*asked[1:], all=True)) if asked else []
    found = {kind for kind, _word, _number in answer}
    near = [(word, number) for kind, word, number in answer if not kind]
    hit = {kind: rows for kind, rows in parts.items() if kind in found}
    return hit, near if words is not None else None


def _marked(kind: str, rows: QuerySet, word: Any, number: str) -> QuerySet:
    return rows.annotate(section=Value(kind, CharField()), found=word).values_list(
        "section", "found", number
    )


def _section(key: str, rows: QuerySet, limit: int, with_counts: bool) -> Section:
    shown = list(rows[: limit + 1])
    number = len(shown) if len(shown) <= limit or not with_counts else capped_count(rows)
    return Section(key, shown[:limit], count_words(number, COUNT_LIMIT))


def _others(query: Query, user: Any) -> dict[str, QuerySet]:
    """Articles, customers, contacts and devices that match all the words; none when tickets are
    filtered.
    """
    words = query.text
    if query.conditions or query.is_reference or not query.terms:
        return {}
    if any(term.is_negated or term.is_phrase for term in query.terms):
        return {}
    return {
        "articles": Article.objects.visible_to(user).matching(words),
        "customers": Customer.objects.visible_to(user).search(words),
        "contacts": Contact.objects.visible_to(user).search(words),
        "devices": Device.objects.visible_to(user).search(words),
    }


# Kind -> its rows as the page shows them. Apart from finding them: most words are in no name.
_SHOWN: dict[str, Callable[[Any, str], QuerySet]] = {
    "articles": lambda rows, words: (
        rows.best_first(words).with_passage(words).select_related("category")
        .defer("body", "plain", "words")
    ),
    "customers": lambda rows, _words: rows.order_by("name", "pk"),
    "contacts": lambda rows, _words: rows.select_related("customer").order_by("name", "pk"),
    "devices": lambda rows, _words: (
        rows.select_related("product", "customer").order_by("serial_key", "pk")
    ),
}  # fmt: skip


def _correct(found: Found, user: Any, limit: int, near: Candidates | None, newest: int) -> None:
    """Search for what was probably meant, when that finds something."""
    changes = corrected(Ticket.objects.visible_to(user), found.query, user, near)
    if not changes:
        return
    likely = rewritten(found.query.text, changes)
    section = _tickets(only_allowed(parse(likely), user), user, limit, newest)
    if section.rows:
        found.sections["tickets"] = section
        found.shown_for = likely
