"""Beat entry points of core; dispatch and sweep live beside the rules in events.py."""

from celery import shared_task
from django.utils import timezone

from core import events  # noqa: F401  registers core.dispatch and core.sweep
from core.models import Heartbeat
from core.submissions import forget_submissions


@shared_task(name="core.heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Show that beat rings and a worker answers."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"seen_at": timezone.now()})


@shared_task(name="core.forget_submissions", ignore_result=True)
def forget_old_submissions() -> int:
    """Keys of forms that nobody can send again."""
    return forget_submissions()
