"""A calendar of the tests: the default one every desk starts with."""

import pytest

from calendars.models import Calendar


@pytest.fixture
def office(db: None) -> Calendar:
    """Monday to Friday, 9 to 17, London; the default."""
    return Calendar.objects.get(is_default=True)
