"""Finds every app's events and subscribers when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Import `<app>/events.py`, then `<app>/subscribers.py`, of every installed app.

        In two rounds: a subscriber to all events of an app must find all of them.
        """
        autodiscover_modules("events")
        autodiscover_modules("subscribers")
