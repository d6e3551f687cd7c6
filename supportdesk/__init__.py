"""The composition of the project: settings, urls, servers, processes. No domain lives here.

The Celery application is imported so that `shared_task` finds it in every process.
"""

from supportdesk.celery import app as celery_app

__all__ = ["celery_app"]
