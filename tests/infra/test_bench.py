"""The benchmark runner's table."""

from benchmarks.__main__ import names, table


def test_table_aligns_words_left_and_numbers_right() -> None:
    rows = [{"step": "up", "median_ms": 1234.5}, {"step": "down", "median_ms": None}]
    assert table(rows).splitlines() == [
        "step  median_ms",
        "----  ---------",
        "up     1,234.50",
        "down          -",
    ]


def test_benchmarks_are_found() -> None:
    assert {"startup", "pages"} <= set(names())
