"""What a signed Message-ID of the outbox stands for, offered to the reader of incoming mail."""

from datetime import datetime

from mailbox.signs import Sent
from notifications.models import Medium, Notification, State
from tickets.models import Message

MOST_TOLD = 20


def notification_sent(number: int) -> Sent | None:
    """The ticket a notification was about, to whom of us it went, and whose words it carried."""
    row = Notification.objects.select_related("event").filter(pk=number).first()
    if row is None or row.event is None or row.event.subject_type != "tickets.ticket":
        return None
    message_id = row.event.payload.get("message_id")
    author_id = (
        Message.objects.filter(pk=message_id).values_list("author", flat=True).first()
        if message_id
        else None
    )
    return Sent(
        ticket_id=row.event.subject_id,
        user_id=row.user_id,
        message_id=message_id,
        author_id=author_id or row.event.actor_id,
    )


def tickets_told_by_sms(phone: str, since: datetime) -> list[int]:
    """Keys of the tickets this number was last told about, the last first."""
    rows = Notification.objects.filter(
        address=phone,
        channel=Medium.SMS,
        created_at__gte=since,
        event__subject_type="tickets.ticket",
        state__in=[State.SENT, State.SENDING, State.QUEUED],
    )
    found = rows.order_by("-pk").values_list("event__subject_id", flat=True)[:MOST_TOLD]
    return list(dict.fromkeys(found))
