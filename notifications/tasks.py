"""Entry points of the worker and of beat."""

import logging

from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer

from notifications.actions import send_due, send_rows
from notifications.consumers import group_of

logger = logging.getLogger(__name__)


@shared_task(name="notifications.send", ignore_result=True)
def send(pks: list[int]) -> int:
    """Send these rows of the outbox, if they are due."""
    return send_rows(pks)


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep() -> int:
    """Send what is due: after a failure, a crash or without the broker."""
    return send_due()


@shared_task(name="notifications.push", ignore_result=True)
def push(user_ids: list[int]) -> None:
    """Tell the open pages of these people that their bell changed. Never what: they ask."""
    layer = get_channel_layer()

    async def send_all() -> None:
        for user_id in user_ids:
            await layer.group_send(group_of(user_id), {"type": "bell.changed"})

    try:
        async_to_sync(send_all)()
    except Exception:  # pages ask again by themselves; nothing is lost
        logger.warning("the bell could not be rung")
