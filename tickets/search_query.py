"""From what was asked to rows of tickets. Every function starts from rows the reader may see."""

from collections.abc import Callable, Iterable
from datetime import datetime, time
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from core.phones import phone_matches
from core.text import serial_key
from customers.models import Contact, Customer
from tickets.models import LIVE, Priority, SearchText, Status, Tag, Ticket, TicketFile
from tickets.querysets import has_tag
from tickets.search_words import Condition, Query, Term, day_of, fold, pieces_of

RANKED = 200  # ranking reads each hit; the newest of them are enough
# A phrase is looked for in the newest tickets that hold all its words: an index knows words, not
# their neighbours, and of two common words a million tickets would be read. The second depth is
# for phrases that are rare where their words are not.
DEPTHS = (3_000, 60_000)
# A rare word is looked up in the newest tickets first: by the index alone its thousands of tickets
# would all be fetched to find the newest of them.
NEAR = 35_000
FEWEST_PHONE_DIGITS = 6
LISTS = frozenset({"status", "priority", "tag", "is"})  # whose values have no commas of their own


def column_of(reader: Any) -> str:
    """Which words the reader may search: notes are for the staff."""
    return "staff" if reader is not None and reader.is_staff_member else "public"


def tsquery_of(terms: Iterable[Term]) -> SearchQuery | None:
    """All of them as one expression, or None when there is none."""
    parts = [_one(term) for term in terms]
    return reduce(and_, parts) if parts else None


def _one(term: Term) -> SearchQuery:
    # "printin" is the beginning of a word, but not of its stem "print"
    found: Any = _Beginning(term.raw) if term.is_prefix else _raw(term.raw, "desk_words")
    if term.has_digits and not term.is_phrase:
        # A serial number, or its beginning, with the dashes anywhere or nowhere.
        found |= _raw(f"'{''.join(term.pieces)}':*", "desk_plain")
    return ~found if term.is_negated else found


class _Beginning(SearchQuery):
    """desk_beginning(words): PostgreSQL works it out while it plans."""

    def __init__(self, words: str) -> None:
        super().__init__(words, search_type="raw")
        self.function = "desk_beginning"


def _raw(words: str, config: str) -> SearchQuery:
    return SearchQuery(words, config=config, search_type="raw")


def narrow(rows: QuerySet, query: Query, reader: Any) -> QuerySet:
    """The rows that match."""
    for condition in query.conditions:
        match = match_of(condition, reader)
        if match is not None:
            rows = rows.exclude(match) if condition.is_negated else rows.filter(match)
        elif not condition.is_negated:  # without it far more would be found than was asked for
            rows = rows.none()
    if query.is_reference:
        return rows.filter(pk=query.number)
    words = tsquery_of(query.terms)
    if words is None:
        return rows.none() if query.only_common and not query.conditions else rows
    column = column_of(reader)
    others = _others(query)
    if not others:
        return rows.filter(**{f"search_text__{column}": words})
    texts = SearchText.objects.filter(**{column: words}).values("ticket_id")
    return rows.filter(pk__in=texts.union(*others))


def _others(query: Query) -> list[QuerySet]:
    """Keys of tickets that are meant by their number, or by somebody's phone number."""
    found = []
    if query.number is not None:
        found.append(Ticket.objects.filter(pk=query.number).values("pk"))
    if sum(char.isdigit() for char in query.text) >= FEWEST_PHONE_DIGITS:
        by_phone = phone_matches(query.text)
        if by_phone is not None:
            people = Contact.objects.filter(by_phone).values("pk")
            customers = Customer.objects.filter(by_phone).values("pk")
            found.append(Ticket.objects.filter(requester__in=people).values("pk"))
            found.append(Ticket.objects.filter(customer__in=customers).values("pk"))
    return found


def ranked(
    rows: QuerySet, query: Query, reader: Any, limit: int, *, newest: int = 0
) -> tuple[list[int], int]:
    """Keys of the best `limit` matches among the newest RANKED, best first, and how many match.

    rows: those the reader may see. newest: key of the newest ticket, as far as it is known. An
    exact number comes first, then rank, then the newest. The count goes no further than RANKED + 1;
    it comes with the keys, because finding is the dear part.
    """
    found = narrow(rows, query, reader)
    if not any(term.is_phrase and not term.is_negated for term in query.terms):
        is_words_alone = bool(query.terms) and not query.is_reference and not _others(query)
        since = newest - NEAR if is_words_alone else 0
        sees_all = not query.conditions and not rows.query.has_filters()
        if is_words_alone and sees_all:  # then nothing of the tickets is asked
            found = SearchText.objects.filter(**{column_of(reader): tsquery_of(query.terms)})
        return _best(found, query, reader, limit, since=since)
    keys: list[int] = []
    number = 0
    loose = narrow(rows, query.loosened, reader).order_by("-pk").values("pk")
    for depth in DEPTHS:
        keys, number = _best(found.filter(pk__in=loose[:depth]), query, reader, limit)
        if len(keys) == limit:
            break
    return keys, number


def _newest(rows: QuerySet, since: int) -> QuerySet:
    """Keys of the newest RANKED + 1. since: those after it are looked for first; the rest is only
    read when they are too few. rows: words, or tickets with their words joined when since is
    above 0.
    """
    newest = rows.order_by("-pk").values("pk")
    if since <= 0:
        return newest[: RANKED + 1]
    # The key beside the words: PostgreSQL does not conclude it from that of the ticket.
    key = "pk" if rows.model is SearchText else "search_text__ticket_id"
    near = newest.filter(**{f"{key}__gt": since})
    # + 0: what is as rare as that is not found by walking through all tickets in their order.
    far = newest.filter(**{f"{key}__lte": since}).order_by((F("pk") + 0).desc())
    return near[: RANKED + 1].union(far[: RANKED + 1], all=True)[: RANKED + 1]


def _best(
    rows: QuerySet, query: Query, reader: Any, limit: int, *, since: int = 0
) -> tuple[list[int], int]:
    words = tsquery_of(query.wanted)
    newest = _newest(rows, since)
    if words is None:
        keys = [row["pk"] for row in newest]
        return keys[:limit], len(keys)
    is_number = Case(When(pk=query.number or 0, then=Value(1)), default=Value(0))
    best = (
        SearchText.objects.filter(pk__in=newest)
        .annotate(
            is_number=is_number,
            rank=SearchRank(F(column_of(reader)), words, normalization=Value(1)),
            hits=Window(Count("pk")),
        )
        .order_by("-is_number", "-rank", "-pk")
        .values_list("pk", "hits")[:limit]
    )
    found = list(best)
    return [key for key, _hits in found], found[0][1] if found else 0


def match_of(condition: Condition, reader: Any) -> Q | None:
    """What a condition means, any of several values with commas; None when one says nothing."""
    ask = _MATCHES[condition.name]
    if condition.name not in LISTS:
        return ask(condition.value, reader)
    parts = [part.strip() for part in condition.value.split(",") if part.strip()]
    matches = [match for part in parts if (match := ask(part, reader)) is not None]
    return reduce(or_, matches) if matches and len(matches) == len(parts) else None


def unreadable(query: Query, reader: Any) -> list[str]:
    """Sentences for the reader: what of the query was not understood."""
    said = [
        _("“%(name)s:” is no filter; it was searched for as words.") % {"name": name}
        for name in dict.fromkeys(query.unknown)
    ]
    said += [
        _("“%(name)s:” cannot be “%(value)s”, so no ticket fits.")
        % {"name": condition.name, "value": condition.value[:60]}
        for condition in query.conditions
        if match_of(condition, reader) is None
    ]
    if query.is_cut:
        said.append(_("Only the beginning of this long text was searched for."))
    if query.only_common:
        said.append(_("These words stand in almost every ticket. Add one that is more special."))
    return said


def _status(value: str, reader: Any) -> Q | None:
    if value in {"live", "unresolved"}:
        return Q(status__in=LIVE)
    if value == "new":
        return Q(status=Status.OPEN, touched_at=None)
    words = {fold(str(label)): key for key, label in Status.choices}
    words |= {key.replace("_", " "): key for key in Status.values} | {k: k for k in Status.values}
    key = words.get(fold(value)) or (Status.WAITING if value == "waiting" else None)
    return Q(status=key) if key else None


def _assignee(value: str, reader: Any) -> Q | None:
    if value == "me":
        return Q(technician__user=reader)
    if value in {"nobody", "none"}:
        return Q(technician=None)
    return Q(technician__user__name__has=value)


def _priority(value: str, reader: Any) -> Q | None:
    words = {fold(str(label)): key for key, label in Priority.choices}
    words |= {str(key): key for key in Priority.values}
    words |= {choice.name.lower(): choice.value for choice in Priority}
    key = words.get(fold(value))
    return Q(priority=key) if key else None


def _device(value: str, reader: Any) -> Q | None:
    words = Q()
    for word in value.split():
        words &= Q(device__product__brand__has=word) | Q(device__product__model__has=word)
    return words | Q(device__serial_key__startswith=serial_key(value))


def _customer(value: str, reader: Any) -> Q | None:
    # Two lists of keys and not one condition over both tables: no index serves an OR of two tables.
    is_meant = Q(name__has=value) | Q(email=value)
    customers = Customer.objects.filter(is_meant).values("pk")
    people = Contact.objects.filter(is_meant).values("pk")
    theirs = Ticket.objects.filter(customer__in=customers).order_by().values("pk")
    asked = Ticket.objects.filter(requester__in=people).order_by().values("pk")
    return Q(pk__in=theirs.union(asked))


def _midnight(value: str) -> datetime | None:
    day = day_of(value, timezone.localdate())
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _before(value: str, reader: Any) -> Q | None:
    moment = _midnight(value)
    return Q(opened_at__lt=moment) if moment else None


def _after(value: str, reader: Any) -> Q | None:
    moment = _midnight(value)
    return Q(opened_at__gte=moment) if moment else None


def _is(value: str, reader: Any) -> Q | None:
    live = Q(status__in=LIVE)
    return {
        "overdue": live & Q(due_order__lte=timezone.now()),
        "live": live,
        "open": live,
        "unassigned": live & Q(technician=None),
        "mine": Q(technician__user=reader),
        "resolved": Q(status=Status.RESOLVED),
        "closed": Q(status=Status.CLOSED),
    }.get(value)


def _has(value: str, reader: Any) -> Q | None:
    if value not in {"file", "files", "attachment"}:
        return None
    files = TicketFile.objects.filter(ticket=OuterRef("pk"))
    if column_of(reader) == "public":  # files of notes and unsent replies are not theirs
        files = files.filter(is_internal=False).exclude(message__kind__in=["note", "out"])
    return Q(Exists(files))


def _tag(value: str, reader: Any) -> Q | None:
    """A tag nobody has made is no filter; "none" is what has no tag."""
    if value == "none":
        return Q(tag_ids=[])
    found = list(Tag.objects.named(value.lstrip("#")).values_list("pk", flat=True))
    return has_tag(found) if found else None


_MATCHES: dict[str, Callable[[str, Any], Q | None]] = {
    "status": _status,
    "assignee": _assignee,
    "team": lambda value, reader: Q(team__name__has=value),
    "priority": _priority,
    "category": lambda value, reader: Q(category__name__has=value),
    "device": _device,
    "customer": _customer,
    "before": _before,
    "after": _after,
    "is": _is,
    "has": _has,
    "tag": _tag,
}
# What customers may ask by: the rest would tell them how we are organised.
_OF_CUSTOMERS = frozenset({"status", "device", "before", "after", "has", "category"})


def only_allowed(query: Query, reader: Any) -> Query:
    """The query without conditions the reader may not use; these become words."""
    if column_of(reader) == "staff":
        return query
    kept = []
    for condition in query.conditions:
        if condition.name in _OF_CUSTOMERS:
            kept.append(condition)
            continue
        query.unknown.append(condition.name)
        pieces = pieces_of(f"{condition.name} {condition.value}")
        query.terms.append(Term(pieces, is_negated=condition.is_negated))
    query.conditions = kept
    return query
