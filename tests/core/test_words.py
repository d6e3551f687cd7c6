"""Words without a translation are looked for nowhere in vain."""

from collections.abc import Iterator
from gettext import GNUTranslations
from typing import Any

import pytest
from django.utils.translation import gettext, ngettext, override, trans_real

from core.words import drop_empty_fallbacks


class Catalogue(GNUTranslations):
    """One made of words instead of a file."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._catalog = {"": "Language: en", **words}
        self.plural = lambda n: int(n != 1)


@pytest.fixture
def chain() -> Iterator[Any]:
    """British English with an empty fallback, one that has a word, and another empty one."""
    found: Any = trans_real.translation("en-gb")
    kept, found._fallback = found._fallback, None
    for words in ({}, {"colour of the desk": "grey"}, {}):
        found.add_fallback(Catalogue(words))
    yield found
    found._fallback = kept


def depth(found: Any) -> int:
    return 0 if found._fallback is None else 1 + depth(found._fallback)


def test_empty_fallbacks_are_dropped_and_words_are_still_found(chain: Any) -> None:
    assert depth(chain) == 3
    drop_empty_fallbacks("en-gb")
    assert depth(chain) == 1
    with override("en-gb"):
        assert gettext("colour of the desk") == "grey"
        assert gettext("a word nobody translated") == "a word nobody translated"
        assert ngettext("one page", "some pages", 2) == "some pages"


def test_it_was_done_at_the_start() -> None:
    assert depth(trans_real.translation("en-gb")) == 0
