"""What a signed Message-ID of the outbox stands for, offered to the reader of incoming mail."""

from mailbox.signs import Sent
from notifications.models import Notification
from tickets.models import Message


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
