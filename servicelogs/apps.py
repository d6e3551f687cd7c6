"""App configuration."""

from django.apps import AppConfig


class ServicelogsConfig(AppConfig):
    name = "servicelogs"
