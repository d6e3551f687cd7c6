"""Dates of mails, aware or none."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz


def date_of(text: str) -> datetime | None:
    """The instant in UTC; None where the header says none, or nonsense."""
    try:
        found = parsedate_tz(text[:200])
        if found is None:
            return None
        year, month, day, hour, minute, second = found[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return moment - timedelta(seconds=found[9] or 0)
    except (ValueError, IndexError, OverflowError, TypeError):
        return None  # the reader in the standard library is not written for hostile text
