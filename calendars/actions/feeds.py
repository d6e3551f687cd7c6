"""Holidays from an address: fetched by a worker, the last good ones kept."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from calendars.actions.locking import lock, save_changed
from calendars.events import FeedFailed
from calendars.feeds import FeedError, days_in
from calendars.models import Calendar, FeedDay
from core.events import record
from core.outbound import OutboundError, fetch

logger = logging.getLogger(__name__)
LIMIT_BYTES = 2_000_000
LIMIT_SECONDS = 20
YEARS_BACK, YEARS_AHEAD = 1, 3


def fetch_calendar_feeds() -> int:
    """Fetch every feed, one after the other; returns how many answered."""
    pks = list(Calendar.objects.with_feed().values_list("pk", flat=True))
    return sum(fetch_calendar_feed(pk) for pk in pks)


def fetch_calendar_feed(pk: int, *, actor: Any = None) -> bool:
    """Fetch one feed and store its days; False when it failed, which is stored, too.

    Talks to the outside: for workers only, and outside of any transaction. Fetching again is
    harmless.
    """
    calendar = Calendar.objects.with_feed().filter(pk=pk).first()
    if calendar is None:
        return False
    today = timezone.now().date()
    try:
        data = fetch(calendar.feed_url, limit_bytes=LIMIT_BYTES, limit_seconds=LIMIT_SECONDS)
        first = today.replace(month=1, day=1, year=today.year - YEARS_BACK)
        days = days_in(data, first, today + timedelta(days=366 * YEARS_AHEAD))
    except (OutboundError, FeedError) as error:
        logger.info("feed of calendar %s failed: %s", pk, error)
        note_feed_failure(calendar, str(error), actor=actor)
        return False
    store_feed_days(calendar, days, actor=actor)
    return True


@transaction.atomic
def store_feed_days(calendar: Calendar, days: Mapping[date, str], *, actor: Any) -> None:
    """Replace the feed's days. Recorded only when they differ."""
    url, calendar = calendar.feed_url, lock(calendar)
    if calendar.feed_url != url:
        return  # another address was entered meanwhile; it is fetched by itself
    calendar.feed_fetched_at = calendar.feed_good_at = timezone.now()
    calendar.feed_error = ""
    calendar.save(update_fields=["feed_fetched_at", "feed_good_at", "feed_error"])
    if dict(days) == dict(calendar.feed_days.values_list("on_date", "name")):
        return
    calendar.feed_days.all().delete()
    FeedDay.objects.bulk_create(
        FeedDay(calendar=calendar, on_date=day, name=name) for day, name in days.items()
    )
    save_changed(calendar, gettext("holidays of the feed"), actor=actor)


@transaction.atomic
def note_feed_failure(calendar: Calendar, reason: str, *, actor: Any) -> None:
    """Keep what went wrong for the page; the days of the last good answer stay.

    Recorded at the first failure of an outage.
    """
    url, calendar = calendar.feed_url, lock(calendar)
    if calendar.feed_url != url:
        return
    is_first = not calendar.feed_error
    calendar.feed_fetched_at = timezone.now()
    calendar.feed_error = reason[:300] or "?"
    calendar.save(update_fields=["feed_fetched_at", "feed_error"])
    if is_first:
        record(
            FeedFailed(title=calendar.name, reason=calendar.feed_error),
            subject=calendar,
            actor=actor,
        )
