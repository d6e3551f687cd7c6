"""Who may do what with messages."""

from typing import Any

from django.conf import settings

from notifications.models import Notification


def can_see_outbox(user: Any) -> bool:
    """Managers and administrators see what was sent to whom."""
    return user.is_manager


def can_see_rules(user: Any) -> bool:
    """Who is told of what: managers look, administrators change."""
    return bool(user.is_manager)


def can_edit_rules(user: Any) -> bool:
    return bool(user.is_admin)


def can_resend(user: Any, notification: Notification) -> bool:
    """Send a failed message again; the text of a sign-in link is an administrator's matter."""
    return user.is_admin if notification.is_secret else user.is_manager


def can_read_text(user: Any, notification: Notification) -> bool:
    """Read the text itself. A sign-in link is a key: shown on a developer's machine only."""
    if notification.is_secret:
        return user.is_admin and settings.DEVELOPMENT
    return user.is_manager


def can_cancel(user: Any, notification: Notification) -> bool:
    """Stop a message; as with sending it again."""
    return can_resend(user, notification)


def can_see_texts(user: Any) -> bool:
    """Managers and administrators read what our messages say."""
    return bool(user.is_manager)


def can_edit_texts(user: Any) -> bool:
    """Administrators write it: it goes to every customer."""
    return bool(user.is_admin)
