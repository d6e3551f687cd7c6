"""Ringing the bell of those who can put the sending right."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from core.events import ring
from notifications.models import Medium, Notification, State


def alarm(words: str, *, key: str, page: str = "notifications:outbox") -> None:
    """A line in the bell of each manager and administrator; the same key rings once an hour.

    page: name of the url where they see more.
    """
    now = timezone.now()
    leaders = list(User.objects.active().with_role(Role.MANAGER, Role.ADMIN))
    Notification.objects.bulk_create(
        [
            Notification(
                user=user,
                recipient_name=user.name,
                channel=Medium.BELL,
                subject=words[:300],
                body_text="",
                url=reverse(page),
                state=State.SENT,
                sent_at=now,
                next_attempt_at=now,
                dedupe_key=f"{key}:{now:%Y%m%d%H}:user:{user.pk}",
            )
            for user in leaders
        ],
        ignore_conflicts=True,
    )
    ring("notifications.push", [user.pk for user in leaders])


def alarm_of_silence(mailbox: str) -> None:
    """A mailbox cannot be read."""
    words = _("The mailbox “%(name)s” cannot be read. The page of incoming mail says why.")
    alarm(words % {"name": mailbox}, key="alarm:mailbox", page="mailbox:index")


def alarm_of_failure() -> None:
    alarm(_("Messages could not be delivered. See the outbox."), key="alarm")
