"""Mails of other apps, sending again, and reading the bell."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import RuleError
from core.events import record, ring
from core.text import clean_text, normalise_email
from notifications.composing import subject_line
from notifications.events import NotificationCancelled, NotificationFailed, NotificationResent
from notifications.models import Medium, Notification, State


class NothingToResend(RuleError):
    """Only what failed or was never sent can be sent again."""

    message = _("This message was sent already, or is on its way.")


class TooLateToCancel(RuleError):
    """What is out cannot be called back."""

    message = _("This message was sent already, or is being sent just now.")


@transaction.atomic
def queue_mail(
    to: str, subject: str, text: str, html: str = "", dedupe_key: str = ""
) -> Notification:
    """Put a mail in the outbox and return its row; the same dedupe_key is written once.

    For mails of accounts: their text holds a link that signs somebody in, so it is not shown to
    anybody and removed once sent.
    """
    address = normalise_email(to)
    user = User.objects.filter(email=address).first()
    key = f"mail:{dedupe_key or uuid.uuid4()}"[:200]
    row, is_new = Notification.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "user": user,
            "recipient_name": user.name if user else "",
            "channel": Medium.EMAIL,
            "address": address,
            "subject": subject_line(subject),
            "body_text": clean_text(text),
            "body_html": html,
            "next_attempt_at": timezone.now(),
        },
    )
    if is_new:
        ring("notifications.send", [row.pk])
    return row


@transaction.atomic
def resend_notification(notification: Notification, *, actor: Any) -> Notification:
    """Send a failed or unsent message again, with a fresh count of attempts.

    Raises NothingToResend.
    """
    row = Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)
    if not row.may_be_resent:
        raise NothingToResend
    row.deliveries.all().delete()  # said of an earlier copy
    row.state, row.attempts, row.doubts = State.QUEUED, 0, 0
    row.next_attempt_at = timezone.now()
    row.provider_id = row.delivery = ""
    row.save(
        update_fields=[
            *("state", "attempts", "doubts", "next_attempt_at", "provider_id", "delivery"),
        ]
    )
    record(NotificationResent(channel=row.channel), subject=row, actor=actor)
    ring("notifications.send", [row.pk])
    return row


@transaction.atomic
def cancel_notification(notification: Notification, *, actor: Any) -> Notification:
    """Never send a message that waits or failed, unless somebody sends it again.

    Raises TooLateToCancel for one that is in the air or out.
    """
    row = Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)
    if not row.may_be_cancelled:
        raise TooLateToCancel
    row.state = State.CANCELLED
    row.save(update_fields=["state"])
    record(NotificationCancelled(channel=row.channel), subject=row, actor=actor)
    return row


def mark_read(user: Any, *, pk: int | None = None) -> int:
    """Mark one line of the person's bell as read, or all; returns how many were unread."""
    rows = Notification.objects.visible_to(user).unread()
    if pk is not None:
        rows = rows.filter(pk=pk)
    return rows.update(read_at=timezone.now())


@transaction.atomic
def mark_bounced(pk: int, reason: str) -> None:
    """What was sent came back: it counts as failed, so it stands out and can be sent again."""
    row = Notification.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or row.state != State.SENT:
        return
    row.state, row.sent_at = State.FAILED, None
    row.last_error = _("Came back: %(reason)s") % {"reason": reason}
    row.save(update_fields=["state", "sent_at", "last_error"])
    record(NotificationFailed(channel=row.channel), subject=row)
