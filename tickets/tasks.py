"""Beat entry points."""

from celery import shared_task

from tickets.actions import close_resolved as close_all_due
from tickets.actions import release_due as release_all_due
from tickets.actions import release_reply


@shared_task(name="tickets.close_resolved", ignore_result=True)
def close_resolved() -> int:
    """Close resolved tickets whose time has come."""
    return close_all_due()


@shared_task(name="tickets.release", ignore_result=True)
def release(message_id: int) -> None:
    """Send a reply whose time to be taken back is over."""
    release_reply(message_id)


@shared_task(name="tickets.release_due", ignore_result=True)
def release_due() -> int:
    """Send what is scheduled, and what a worker that died left behind."""
    return release_all_due()
