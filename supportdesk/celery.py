"""The Celery application: small JSON messages, acknowledged after the work is done."""

import contextlib
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
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


def _let_web_go_first(**_: Any) -> None:
    """Who waits at a page is served before work that nobody watches: on few cores it matters.

    A session of its own, as the supervisor starts it, is weighed against others by its autogroup.
    """
    nice = int(os.environ.get("WORKER_NICE", "10"))
    os.nice(nice)
    if os.getsid(0) == os.getpid():  # else it is the group of a terminal, with others in it
        with contextlib.suppress(OSError):  # a kernel without, or a container that may not
            Path("/proc/self/autogroup").write_text(str(nice))


worker_init.connect(_let_web_go_first, weak=False)
task_prerun.connect(_close_old_connections, weak=False)
task_postrun.connect(_close_old_connections, weak=False)
