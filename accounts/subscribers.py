"""Reactions after the commit."""

from accounts.actions import answer_reset_request
from accounts.events import PasswordResetRequested
from core.events import on
from core.models import EventRecord


@on(PasswordResetRequested)
def send_reset_link(event: EventRecord) -> None:
    """Answer a wish for a new password."""
    answer_reset_request(event.subject_id)
