"""What may be the key of a row."""

import pytest

from core.text import is_key


@pytest.mark.parametrize("value", ["1", "0", 7, "9" * 18])
def test_keys(value):
    assert is_key(value)


@pytest.mark.parametrize("value", ["", " 1", "-1", "1.0", "²", "١", "9" * 19, "null", None, True])
def test_what_is_no_key(value):
    assert not is_key(value)
