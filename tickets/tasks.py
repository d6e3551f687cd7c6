"""Beat entry points."""

from celery import shared_task

from tickets.actions import close_resolved as close_all_due
from tickets.actions.search import refresh_vocabulary as refresh


@shared_task(name="tickets.close_resolved", ignore_result=True)
def close_resolved() -> int:
    """Close resolved tickets whose time has come."""
    return close_all_due()


@shared_task(name="tickets.refresh_vocabulary", ignore_result=True)
def refresh_vocabulary() -> int:
    """Take the words that mend typing errors from the newest tickets."""
    return refresh()
