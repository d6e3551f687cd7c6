"""Cells that open in a spreadsheet as text, and the way back."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.exports import csv_cell, csv_lines, csv_value

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "'=1",
    "''=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text_and_comes_back(text: str) -> None:
    assert csv_cell(text).startswith("'")
    assert csv_value(csv_cell(text)) == text


@pytest.mark.parametrize("text", ["'s-Hertogenbosch", "a=b", "", "1-2", 'say "hi"; now'])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert csv_cell(text) == text == csv_value(text)


@given(st.text(alphabet="'=+-@\t\r\n＝＋－＠a1 ", max_size=8) | st.text(max_size=20))
def test_every_text_survives_the_file_and_none_starts_as_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert csv_value(cell) == text
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


def test_numbers_stay_numbers() -> None:
    assert [csv_cell(value) for value in (-5, 1.5, Decimal("-2.50"), None, True)] == [
        "-5",
        "1.5",
        "-2.50",
        "",
        "True",
    ]


def test_times_are_the_readers() -> None:
    moment = datetime(2026, 11, 17, 23, 30, tzinfo=ZoneInfo("UTC"))
    with timezone.override("Asia/Tokyo"):
        assert csv_cell(moment) == "2026-11-18 08:30"
    assert csv_cell(date(2026, 11, 17)) == "2026-11-17"


def test_a_file_keeps_quotes_semicolons_and_lines() -> None:
    row = ['say "hi"; now', "two\nlines", "ﬁn, ünïcode"]
    text = "".join(csv_lines(["Name", "=Note", "x"], [row]))
    header, read = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert header == ["Name", "'=Note", "x"]
    assert read == row
