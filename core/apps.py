"""Finds every app's events and subscribers when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Import `<app>/events.py` and `<app>/subscribers.py` of every installed app."""
        autodiscover_modules("events", "subscribers")
