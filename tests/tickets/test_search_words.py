"""How a search is read: a table of cases, and anything at all without an error."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.search_words import MOST_TERMS, Condition, Term, day_of, parse


def shape(typed: str) -> list[str]:
    """The query in a short notation: -word, "phrase", prefix*, operator:value."""
    query = parse(typed)
    found = []
    for term in query.terms:
        words = " ".join(term.pieces)
        words = f'"{words}"' if term.is_phrase else words
        found.append(f"{'-' * term.is_negated}{words}{'*' * term.is_prefix}")
    return found + [f"{'-' * c.is_negated}{c.name}:{c.value}" for c in query.conditions]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Paper JAM", ["paper", "jam*"]),
        ("paper jam ", ["paper", "jam"]),
        ("pc", ["pc"]),
        ('"paper jam" tray', ['"paper jam"', "tray*"]),
        ('tray "paper jam"', ["tray", '"paper jam"']),
        ("tray -jam", ["tray", "-jam"]),
        ('tray -"paper jam"', ["tray", '-"paper jam"']),
        ('tray "paper jam', ["tray", "paper", "jam*"]),
        ('19" monitor', ["19", "monitor*"]),
        ("XP-4100", ["xp 4100*"]),
        ("carol@acme.test", ["carol acme test*"]),
        ("status:open jam", ["jam*", "status:open"]),
        ("STATUS:Open", ["status:open"]),
        ("-status:closed", ["-status:closed"]),
        ('customer:"Acme Dental" jam', ["jam*", "customer:acme dental"]),
        ("status:", []),
        ("is:overdue has:file", ["is:overdue", "has:file"]),
        ("foo:bar", ["foo", "bar*"]),
        ("http://acme.test/x", ["http", "acme test x"]),
        ("how do I print", ["print*"]),
        ("how do I", []),
        ('"out of paper"', ['"out of paper"']),
        ("Café", ["café*"]),
        ("", []),
        ("- -- ''", []),
    ],
)
def test_reading(typed, read):
    assert shape(typed) == read


@pytest.mark.parametrize(
    ("typed", "number", "is_reference"),
    [("SD-000123", 123, True), ("sd123", 123, True), ("123", 123, False), ("0123", 123, False),
     ("SD-1234567890", None, False), ("12a", None, False)],
)  # fmt: skip
def test_numbers(typed, number, is_reference):
    query = parse(typed)
    assert (query.number, query.is_reference) == (number, is_reference)


def test_unknown_operators_are_named_and_addresses_are_not():
    assert parse("foo:bar http://acme.test").unknown == ["foo"]


def test_only_common_words_are_said():
    assert parse("how do I").only_common
    assert not parse("how do I print").only_common


def test_a_long_text_is_cut_and_said():
    query = parse("word " * 2000)
    assert query.is_cut
    assert len(query.terms) <= MOST_TERMS


@pytest.mark.parametrize(
    ("value", "day"),
    [("2026-11-23", date(2026, 11, 23)), ("today", date(2026, 11, 20)),
     ("yesterday", date(2026, 11, 19)), ("7d", date(2026, 11, 13)), ("soon", None),
     ("2026-13-01", None), ("20261123", None), ("", None), ("9999d", date(1999, 7, 6))],
)  # fmt: skip
def test_days(value, day):
    assert day_of(value, date(2026, 11, 20)) == day


@given(st.text(max_size=200))
@settings(deadline=None)
def test_anything_is_read(typed):
    for term in parse(typed).terms:
        assert term.pieces
        assert all(piece and "'" not in piece and piece == piece.lower() for piece in term.pieces)


@given(st.lists(st.sampled_from(["-", '"', ":", "status", " ", "x", "sd-", "1", "\x00"])))
@settings(deadline=None)
def test_any_mixture_of_its_signs_is_read(parts):
    query = parse("".join(parts))
    assert all(isinstance(term, Term) for term in query.terms)
    assert all(isinstance(part, Condition) for part in query.conditions)
