"""Health of one container: `python deploy/healthcheck.py NAME`, status 0 = healthy."""

import http.client
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

# Celery's beat writes its runs to the database every few minutes only.
BEAT_SILENCE = timedelta(minutes=10)


def web() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    connection.request("GET", "/healthz")
    return connection.getresponse().status == http.HTTPStatus.OK


def worker() -> bool:
    from supportdesk.celery import app

    return bool(
        app.control.inspect(timeout=5, destination=[f"celery@{os.uname().nodename}"]).ping()
    )


def beat() -> bool:
    import django

    django.setup()
    from django.db.models import Max
    from django.utils import timezone
    from django_celery_beat.models import PeriodicTask

    latest = PeriodicTask.objects.aggregate(at=Max("last_run_at"))["at"]
    return latest is not None and timezone.now() - latest < BEAT_SILENCE


CHECKS: dict[str, Callable[[], bool]] = {"web": web, "live": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
