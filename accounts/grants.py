"""Gives the roles their permissions after every migration, the same each time.

Not inside a migration: there the permissions do not exist yet on a fresh database, and a model
added later would be forgotten. `flush` runs this too, so tests with real transactions keep roles.
"""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS

from accounts.roles import Role, granted


def grant_permissions(
    app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Any = None, **kwargs: Any
) -> None:
    """post_migrate: make the six groups hold exactly their permissions over one app's models."""
    from django.apps import apps as current_apps
    from django.contrib.auth.management import create_permissions

    if app_config.models_module is None:
        return
    registry = apps or current_apps
    try:
        group_model = registry.get_model("auth", "Group")
        permission_model = registry.get_model("auth", "Permission")
    except LookupError:  # migrated back to before the groups existed
        return
    create_permissions(app_config, using=using, apps=registry, verbosity=0)
    permissions = list(
        permission_model.objects.using(using).filter(content_type__app_label=app_config.label)
    )
    groups = _groups(group_model, using)
    through = group_model.permissions.through
    had = set(
        through.objects.using(using)
        .filter(group__in=groups.values(), permission__in=permissions)
        .values_list("group_id", "permission_id")
    )
    wanted = {
        (groups[role].pk, permission.pk)
        for role in Role
        for permission in permissions
        if granted(role, app_config.label, permission.codename)
    }
    through.objects.using(using).bulk_create(
        [through(group_id=group, permission_id=permission) for group, permission in wanted - had],
        ignore_conflicts=True,
    )
    for group, permission in had - wanted:
        through.objects.using(using).filter(group_id=group, permission_id=permission).delete()


def _groups(group_model: Any, using: str) -> dict[Role, Any]:
    """The group of each role, made when missing (a flush removes them)."""
    found = {group.name: group for group in group_model.objects.using(using).filter(name__in=Role)}
    return {
        role: found.get(role.value) or group_model.objects.using(using).create(name=role.value)
        for role in Role
    }
