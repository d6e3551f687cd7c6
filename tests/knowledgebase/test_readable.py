"""An article in a plain reply reads like a letter."""

import pytest

from knowledgebase.readable import readable_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("# Head\n\nOne **two**\nthree", "Head\n\nOne two\nthree"),
        ("1. a\n2. b\n   - c\n3. d\n\nEnd", "1. a\n2. b\n  - c\n3. d\n\nEnd"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n| x | y |\n|---|---|\n| 1 | 2 |", "- a\n\nx – y\n1 – 2"),
        ("See [us](https://a.test/b) or <https://c.test>", "See us (https://a.test/b) or https://c.test"),
        ("```\nls -l\n```", "ls -l"),
        ("> Hot `x`", "Hot x"),
        ("", ""),
    ],
)  # fmt: skip
def test_it_reads_like_a_letter(body, text):
    assert readable_text(body) == text
