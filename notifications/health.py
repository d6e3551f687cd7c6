"""How long messages have been waiting."""

from core.health import WAITING_LIMIT_SECONDS, figure, seconds_since
from notifications.models import Notification


@figure("oldest_message_seconds", limit=WAITING_LIMIT_SECONDS)
def oldest_message() -> int:
    """How long the e-mail or SMS that is most overdue has been due."""
    waiting = Notification.objects.due().order_by("next_attempt_at")
    return seconds_since(waiting.values_list("next_attempt_at", flat=True).first())
