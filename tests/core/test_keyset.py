"""Pages by key: every row once, at any depth, whatever is inserted meanwhile."""

from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.keyset import Cursor, KeysetPage, capped_count
from core.models import EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """60 records at only 7 different moments."""
    now = timezone.now()
    EventRecord.objects.bulk_create(
        EventRecord(
            name="x", subject_type="a.b", subject_id=n % 5, payload={},
            occurred_at=now - timedelta(minutes=n % 7),
        )
        for n in range(60)
    )  # fmt: skip
    return EventRecord.objects.filter(name="x")


def walk(rows, order, size=7, after="", step="next"):
    pages = []
    while True:
        page = KeysetPage(rows, order=order, after=after, size=size)
        pages.append([row.pk for row in page])
        after = getattr(page, step)
        if not after:
            return pages


@pytest.mark.parametrize("order", ["occurred_at", "-occurred_at", "id", "-id", "-subject_id"])
def test_forwards_every_row_comes_once_and_in_order(rows, order):
    sign = "-" if order.startswith("-") else ""
    expected = list(rows.order_by(order, f"{sign}pk").values_list("pk", flat=True))
    assert list(chain(*walk(rows, order))) == expected


@pytest.mark.parametrize("order", ["occurred_at", "-occurred_at", "-id"])
def test_backwards_from_the_last_page_is_the_same(rows, order):
    forwards = list(chain(*walk(rows, order)))
    back = walk(rows, order, after="last", step="previous")
    assert list(chain(*reversed(back))) == forwards


def test_a_row_that_arrives_between_two_pages_moves_nothing(rows):
    first = KeysetPage(rows, order="-id", size=10)
    EventRecord.objects.create(
        name="x", subject_type="a.b", subject_id=1, payload={}, occurred_at=timezone.now()
    )
    second = KeysetPage(rows, order="-id", size=10, after=first.next)
    assert {row.pk for row in first}.isdisjoint(row.pk for row in second)
    assert second.rows[0].pk == first.rows[-1].pk - 1


def test_the_numbers_shown_follow_the_pages(rows):
    first = KeysetPage(rows, order="-id", size=25)
    second = KeysetPage(rows, order="-id", size=25, after=first.next)
    assert (second.first_index, second.last_index) == (26, 50)
    back = KeysetPage(rows, order="-id", size=25, after=second.previous)
    assert (back.first_index, back.last_index, back.previous) == (1, 25, "")
    assert KeysetPage(rows, order="-id", size=25, after="last").first_index is None


@pytest.mark.parametrize(
    "text",
    ["x", "%%%", "W10", "bnVsbA", "é", "A" * 5000, str(Cursor("no moment", 1, False, 0)),
     str(Cursor(None, 1, False, 0)), str(Cursor("2026-01-01", "1); DROP", False, 0))],
)  # fmt: skip
def test_a_broken_address_is_the_first_page(rows, text):
    page = KeysetPage(rows, order="occurred_at", after=text)
    assert page.first_index == 1
    assert len(page) == 25


def test_the_row_comparison_is_one_condition(rows):
    first = KeysetPage(rows, order="occurred_at", size=5)
    with CaptureQueriesContext(connection) as queries:
        KeysetPage(rows, order="occurred_at", size=5, after=first.next)
    assert '("core_eventrecord"."occurred_at", "core_eventrecord"."id") > (' in queries[0]["sql"]
    assert len(queries) == 1


def test_a_count_stops_at_its_limit(rows):
    assert capped_count(rows, limit=10) == 11
    assert capped_count(rows, limit=100) == 60
