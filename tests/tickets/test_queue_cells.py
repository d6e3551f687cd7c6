"""Rows of the queue are kept between answers, and never shown as they were."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tickets.queue import Row
from tickets.templatetags.queue_cells import CELLS, TIMED, queue_rows

NOW = datetime(2026, 11, 17, 10, 42, tzinfo=UTC)
ROW = Row(
    7, "It hums", "open", 3, "portal", NOW - timedelta(hours=3), NOW - timedelta(hours=2),
    NOW + timedelta(hours=2), NOW + timedelta(hours=2), "resolution", None, None, "Acme", "Carol",
    "LaserPro", "X1", "LP-1", None, None, "Alice Ames", (("vpn", ""),),
)  # fmt: skip
COLUMNS = [*CELLS, *TIMED]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment the queue takes for now: its last."""
    moments = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: moments[-1])
    return moments


def test_a_kept_row_goes_on_with_the_clock(clock: list[datetime]) -> None:
    assert "Fix in 2 h<" in queue_rows([ROW], COLUMNS, True)
    clock.append(NOW + timedelta(hours=1))
    html = queue_rows([ROW], COLUMNS, True)
    assert "sla--soon" in html
    assert "Fix in 1 h<" in html
    assert ">4 h<" in html
    clock.append(NOW + timedelta(hours=2, seconds=1))
    assert "sla--late" in queue_rows([ROW], COLUMNS, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "It <i>hisses</i>"}, "It &lt;i&gt;hisses&lt;/i&gt;"),
        ({"status": "closed"}, "st--closed"),
        ({"priority": 1}, "pri--urgent"),
        ({"customer": "Beta"}, "Carol · Beta"),
        ({"technician": None}, "Unassigned"),
        ({"tags": (("vpn", "red"),)}, "p-red"),
        ({"booking_id": 3, "status": "in_progress"}, "st--visit"),
    ],
)
def test_a_row_that_changed_is_made_anew(change: dict, words: str) -> None:
    assert words not in queue_rows([ROW], COLUMNS, True)
    assert words in queue_rows([replace(ROW, **change)], COLUMNS, True)


def test_a_kept_row_has_the_columns_and_the_box_of_the_reader() -> None:
    assert 'name="tickets"' in queue_rows([ROW], ["reference", "device"], True)
    html = queue_rows([ROW], ["reference", "subject"], False)
    assert 'name="tickets"' not in html
    assert "LP-1" not in html
    assert "It hums" in html


def test_who_replies_is_not_kept() -> None:
    assert "Bob is replying" in queue_rows([ROW], COLUMNS, True, {7: ["Bob"]})
    assert "is replying" not in queue_rows([ROW], COLUMNS, True)
