"""Finds every app's events and subscribers when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Import events.py, then subscribers.py, then tasks.py, then health.py of every app.

        In rounds: a subscriber to all events of an app must find all of them, and ring() finds
        tasks by name in every process, not only in a worker.
        """
        autodiscover_modules("events")
        autodiscover_modules("subscribers")
        autodiscover_modules("tasks")
        autodiscover_modules("health")
