"""Entry points of the worker and of beat."""

from celery import shared_task

from attachments import actions, checking
from core.events import ring


@shared_task(name="attachments.remove_files", ignore_result=True)
def remove_files() -> int:
    """Remove bytes whose rows are gone."""
    return actions.remove_files()


@shared_task(name="attachments.remove_orphans", ignore_result=True)
def remove_orphans() -> int:
    """Remove bytes that no row ever knew."""
    return checking.remove_orphans()


@shared_task(name="attachments.check_files", ignore_result=True)
def check_files(after: int = 0) -> None:
    """Check a batch of files, then ring for the next: no task runs for hours."""
    if (last := checking.check_batch(after)) is not None:
        ring("attachments.check_files", last)
