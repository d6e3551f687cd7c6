"""Our own words of messages."""

from accounts.models import User
from notifications.actions import change_wording
from notifications.models import Wording


def make_wording(
    admin: User, body: str = "Ahoy {{ reader.first_name }}.", *, kind: str = "ticket_opened",
    language: str = "en-gb", **more: str,
) -> Wording:  # fmt: skip
    """Words in use."""
    return change_wording(kind, language, {"body": body, **more}, actor=admin)
