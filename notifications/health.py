"""How long messages have been waiting."""

from core.health import WAITING_LIMIT_SECONDS, figure, seconds_since
from notifications.models import Breaker, Medium, Notification


@figure("oldest_message_seconds", limit=WAITING_LIMIT_SECONDS)
def oldest_message() -> int:
    """How long the e-mail or SMS that is most overdue has been due."""
    return max(_oldest(channel) for channel in (Medium.EMAIL, Medium.SMS))


def _oldest(channel: str) -> int:
    """Per channel, as the index goes."""
    waiting = Notification.objects.due().filter(channel=channel).order_by("next_attempt_at")
    return seconds_since(waiting.values_list("next_attempt_at", flat=True).first())


def _show(channel: str) -> None:
    @figure(f"{channel}_provider_stopped", limit=0)
    def is_stopped() -> int:
        return int(Breaker.objects.filter(channel=channel, opened_at__isnull=False).exists())


for _channel in (Medium.EMAIL, Medium.SMS):
    _show(_channel)
