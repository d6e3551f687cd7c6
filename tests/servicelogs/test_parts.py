"""Parts as people write them."""

import pytest

from servicelogs.errors import PartsUnreadable
from servicelogs.parts import parse_parts


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Roller kit RK-420 × 2", ("Roller kit RK-420", 2)),
        ("Roller kit RK-420 x 2", ("Roller kit RK-420", 2)),
        ("Roller kit RK-420 x2", ("Roller kit RK-420", 2)),
        ("Roller kit*2", ("Roller kit*2", 1)),
        ("Roller kit * 2", ("Roller kit", 2)),
        ("3 × Fuse 5A", ("Fuse 5A", 3)),
        ("3 x Fuse 5A", ("Fuse 5A", 3)),
        ("Fuse 5A", ("Fuse 5A", 1)),
        ("Matrix2", ("Matrix2", 1)),
        ("2 xerox toner", ("2 xerox toner", 1)),
        ("Kabel 🔌 ×1", ("Kabel 🔌", 1)),
    ],
)
def test_a_line_is_a_name_and_a_number(line: str, part: tuple[str, int]) -> None:
    assert parse_parts(line) == [part]


def test_empty_lines_and_spaces_do_not_count() -> None:
    assert parse_parts("\n  Fuse  5A ×  2 \n\n") == [("Fuse 5A", 2)]


def test_equal_names_are_added_up() -> None:
    assert parse_parts("Fuse × 2\nfuse") == [("Fuse", 3)]


@pytest.mark.parametrize("text", ["Fuse × 0", "Fuse × 99999", "F" * 121])
def test_impossible_lines_are_refused(text: str) -> None:
    with pytest.raises(PartsUnreadable):
        parse_parts(text)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(PartsUnreadable):
        parse_parts("\n".join(f"Part {n}" for n in range(51)))
