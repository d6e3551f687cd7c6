"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Keep the roles' permissions in step with the models."""
        from accounts.grants import grant_permissions

        post_migrate.connect(grant_permissions, dispatch_uid="accounts.grant_permissions")
