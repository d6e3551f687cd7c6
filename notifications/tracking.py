"""What a provider says about our mail, through its webhook: django-anymail reads it for us."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils import timezone

from core import mail_ids
from notifications.actions import News, note_delivery
from notifications.models import Fate, Notification

FATES = {
    "deferred": Fate.DEFERRED,
    "delivered": Fate.DELIVERED,
    "bounced": Fate.BOUNCED,
    "rejected": Fate.BOUNCED,
    "failed": Fate.BOUNCED,
    "complained": Fate.COMPLAINED,
}
# anymail's words for why -> ours (mailbox.parsing.reasons); a status says more.
REASONS = {
    "invalid": "user_unknown",
    "bounced": "refused",
    "timed_out": "expired",
    "blocked": "blocked",
    "spam": "complaint",
    "unsubscribed": "complaint",
}
STATUSES = (
    (re.compile(r"\b5\.1\.(?:1|3|6|10)\b|\b550 no such user", re.I), "user_unknown"),
    (re.compile(r"\b5\.1\.2\b|\b5\.4\.4\b"), "host_unknown"),
    (re.compile(r"\b[45]\.2\.2\b"), "mailbox_full"),
)
HARD = {"user_unknown", "host_unknown", "complaint"}


def door_of_provider() -> Any:
    """anymail's view for the provider that sends our mail.

    404 while there is none, or no secret: then anybody could write into the outbox.
    """
    found = re.fullmatch(r"anymail\.backends\.(\w+)\.EmailBackend", settings.EMAIL_BACKEND)
    if found is None or not settings.ANYMAIL_WEBHOOK_SECRET:
        raise Http404
    try:
        return resolve(f"/{found[1]}/tracking/", urlconf="anymail.urls").func
    except Resolver404 as error:
        raise Http404 from error


def heard(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """A receiver of anymail's `tracking`. Mails we do not know and other events are nothing."""
    fate = FATES.get(event.event_type)
    number = _number_of(str(event.message_id or "")) if fate else None
    if fate is None or number is None:
        return
    reason = _reason(event, fate)
    is_hard = fate in (Fate.BOUNCED, Fate.COMPLAINED) and reason in HARD
    at = event.timestamp or timezone.now()
    note_delivery(number, News(event.recipient or "", fate, at, reason, is_hard))


def _number_of(message_id: str) -> int | None:
    """Which row of the outbox it is: by the provider's number, else by our own Message-ID."""
    if not message_id:
        return None
    rows = Notification.objects.filter(channel="email", provider_id=message_id[:200])
    try:
        return int(rows.values_list("pk", flat=True).latest("pk"))
    except ObjectDoesNotExist:
        sign = mail_ids.read_id(message_id.strip("<>"))
        return sign[1] if sign and sign[0] == "notification" else None


def _reason(event: Any, fate: Fate) -> str:
    if fate == Fate.COMPLAINED:
        return "complaint"
    if fate == Fate.DELIVERED:
        return ""
    said = f"{event.mta_response or ''} {event.description or ''}"
    for pattern, reason in STATUSES:
        if pattern.search(said):
            return reason
    return REASONS.get(event.reject_reason or "", "unknown")
