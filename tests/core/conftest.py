"""The demo site, for the tests of components and pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.test import override_settings

TEMPLATES = str(Path(__file__).parent / "demo_templates")


@pytest.fixture
def demo() -> Iterator[None]:
    """Use the urls and templates of tests/core/demo.py."""
    # Added to the running engine: overriding TEMPLATES would compile every template anew.
    folders = engines["django"].engine.dirs
    if TEMPLATES not in folders:
        folders.append(TEMPLATES)
    with override_settings(ROOT_URLCONF="tests.core.demo"):
        yield
