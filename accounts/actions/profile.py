"""What people change about themselves."""

from typing import Any

from django.db import transaction

from accounts.events import PasswordChanged, ProfileChanged, SessionsEnded
from accounts.models import Channel, Theme, User
from core.checks import field_of
from core.events import record
from core.text import one_line

PROFILE_FIELDS = ("name", "phone", "locale", "time_zone", "theme", "single_keys")


@transaction.atomic
def update_profile(user: User, changes: dict[str, Any], *, actor: User) -> User:
    """Store name, phone (E.164), language, time zone, colours, single keys; returns the person.

    Without a phone number, a choice of SMS falls back to what the desk suggests.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if "name" in changes:
        changes = {**changes, "name": one_line(changes["name"])}
    changed = [
        name
        for name in PROFILE_FIELDS
        if name in changes and changes[name] != getattr(locked, name)
    ]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, changes[name])
    locked.save(update_fields=changed)
    if not locked.phone:
        locked.channel_preferences.filter(channels__contains=[Channel.SMS]).delete()
    labels = ", ".join(str(field_of(User, name).verbose_name) for name in changed)
    record(ProfileChanged(labels), subject=locked, actor=actor)
    return locked


def change_theme(user: User, theme: str) -> None:
    """Keep the colours a person switched to. A matter of taste: no audit line."""
    User.objects.filter(pk=user.pk).update(theme=Theme(theme))


@transaction.atomic
def end_other_sessions(user: User) -> User:
    """Make every session of the person invalid; the caller renews the one in use."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.sessions_version += 1
    locked.save(update_fields=["sessions_version"])
    record(SessionsEnded(), subject=locked, actor=locked)
    return locked


@transaction.atomic
def note_password_changed(user: User) -> None:
    """Leave the audit line of a new password. Django ends the other sessions by itself."""
    record(PasswordChanged(), subject=user, actor=user)
