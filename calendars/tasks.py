"""Entry points of the worker and of beat."""

from celery import shared_task

from calendars.actions import fetch_calendar_feed, fetch_calendar_feeds


@shared_task(name="calendars.fetch_feeds", ignore_result=True)
def fetch_feeds() -> int:
    """Fetch the holidays of every calendar with a feed."""
    return fetch_calendar_feeds()


@shared_task(name="calendars.fetch_feed", ignore_result=True)
def fetch_feed(pk: int) -> bool:
    """Fetch one feed, right after its address was entered; beat tries again later."""
    return fetch_calendar_feed(pk)
