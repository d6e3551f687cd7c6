"""The Celery application: small JSON messages, acknowledged after the work is done."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

app = Celery("supportdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    # Celery would close the database connection around every task, whatever CONN_MAX_AGE says,
    # and half the cost of a small task is the new connection. It reads this literal key.
    CELERY_DB_REUSE_MAX=1_000_000,
)
app.autodiscover_tasks()


def _close_old_connections(task: Any = None, **_: Any) -> None:
    """Drop a connection too old or broken; else no worker survives a restart of the database."""
    if not task.request.is_eager:  # run in place, as in tests: the connection is the caller's
        close_old_connections()


task_prerun.connect(_close_old_connections, weak=False)
task_postrun.connect(_close_old_connections, weak=False)
