"""What a manager may switch."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.checks import field_of
from core.events import record
from tickets.events import SettingsChanged
from tickets.models import DeskSettings


@transaction.atomic
def change_settings(changes: Mapping[str, Any], *, actor: Any) -> DeskSettings:
    """Store the desk's settings; nothing happens when none differ."""
    DeskSettings.load()
    settings = DeskSettings.objects.select_for_update().get(pk=1)
    changed = [name for name, value in changes.items() if getattr(settings, name) != value]
    if not changed:
        return settings
    for name in changed:
        setattr(settings, name, changes[name])
    settings.version += 1
    settings.save(update_fields=[*changed, "version"])
    labels = [str(field_of(DeskSettings, name).verbose_name) for name in changed]
    record(SettingsChanged(fields=", ".join(labels)), subject=settings, actor=actor)
    return settings
