"""What happens when Django starts: every app's events and subscribers are found."""

from django.apps import AppConfig
from django.conf import settings
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
        from core.words import drop_empty_fallbacks

        for language, _name in settings.LANGUAGES:
            drop_empty_fallbacks(language)
