"""Entry points of the worker and of beat."""

import logging

from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer
from django.utils import timezone

from notifications import transport
from notifications.actions import (
    forget_sms_use,
    note_sms_price,
    note_sms_status,
    release_held,
    send_due,
    send_rows,
)
from notifications.consumers import DESK_GROUP, group_of
from notifications.models import Notification
from notifications.ticket_line import group_of_ticket
from notifications.transport import Lines

logger = logging.getLogger(__name__)
SMS_PER_RUN = 50


@shared_task(name="notifications.send", ignore_result=True)
def send(pks: list[int]) -> int:
    """Send these rows of the outbox, if they are due."""
    return send_rows(pks)


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep() -> int:
    """Send what is due: after a failure, a crash or without the broker."""
    return send_due()


@shared_task(name="notifications.release_held", ignore_result=True)
def release_held_news() -> int:
    """Send on what waited for the end of a silence, or for its fellows."""
    return release_held()


@shared_task(name="notifications.ask_about_sms", ignore_result=True)
def ask_about_sms() -> None:
    """Ask Twilio for prices, and for the fate of SMS whose report got lost."""
    now = timezone.now()
    with Lines() as lines, lines.one() as line:
        for row in Notification.objects.sms_to_ask_about(now=now)[:SMS_PER_RUN]:
            report = transport.ask_about_sms(row.provider_id, line)
            if report is None:
                continue
            note_sms_status(row.pk, sid=row.provider_id, status=report.status, code=report.code)
            note_sms_price(row.pk, price=report.price, unit=report.unit, segments=report.segments)


@shared_task(name="notifications.forget_sms_use", ignore_result=True)
def forget_old_sms_use() -> int:
    """Counts of past days."""
    return forget_sms_use(now=timezone.now())


@shared_task(name="notifications.push", ignore_result=True)
def push(user_ids: list[int]) -> None:
    """Tell the open pages of these people that their bell changed. Never what: they ask."""
    _send({group_of(user_id): {"type": "bell.changed"} for user_id in user_ids})


@shared_task(name="notifications.push_desk", ignore_result=True)
def push_desk(ticket_id: int | None = None) -> None:
    """Tell every open page of the staff that some ticket changed. Never which: they ask.

    Only the pages that show this very ticket learn that it was theirs.
    """
    news = {DESK_GROUP: {"type": "desk.changed"}}
    if ticket_id is not None:
        news[group_of_ticket(ticket_id)] = {"type": "ticket.changed"}
    _send(news)


def _send(messages: dict[str, dict[str, str]]) -> None:
    layer = get_channel_layer()

    async def send_all() -> None:
        for group, message in messages.items():
            await layer.group_send(group, message)

    try:
        async_to_sync(send_all)()
    except Exception:  # pages ask again by themselves; nothing is lost
        logger.warning("open pages could not be told")
