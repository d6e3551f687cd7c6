"""Beat entry points."""

from celery import shared_task

from tickets.actions import close_resolved as close_all_due
from tickets.actions import retry_assignments as retry_all_due


@shared_task(name="tickets.close_resolved", ignore_result=True)
def close_resolved() -> int:
    """Close resolved tickets whose time has come."""
    return close_all_due()


@shared_task(name="tickets.retry_assignments", ignore_result=True)
def retry_assignments() -> int:
    """Try again to find somebody for tickets that nobody fitted."""
    return retry_all_due()
