"""What goes from the outbox when a customer is deleted."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from notifications.models import BlockedAddress, MailDelivery, Notification, State


@transaction.atomic
def forget_news(ticket_ids: Sequence[int]) -> int:
    """Stop what is queued about the tickets and blank who and what; returns the rows touched.

    The rows stay, without personal data: the outbox still adds up.
    """
    rows = Notification.objects.filter(
        Q(event__subject_type="tickets.ticket", event__subject_id__in=ticket_ids)
        | Q(pk__in=_tried(ticket_ids))
    )
    rows.filter(state__in=[State.QUEUED, State.HELD, State.SENDING]).update(
        state=State.UNSENT, lease_until=None, last_error=gettext("the customer was deleted")
    )
    digests = Notification.objects.filter(gathered__in=rows)
    digests.filter(state__in=[State.QUEUED, State.SENDING]).update(
        state=State.UNSENT, lease_until=None, last_error=gettext("the customer was deleted")
    )
    digests.update(body_text="", body_html="")  # the others in it are still in the bell
    told = MailDelivery.objects.filter(notification__in=rows)
    BlockedAddress.objects.filter(address__in=told.values("address")).delete()
    told.delete()
    return rows.update(
        recipient_name="", address="", cc=[], subject="", body_text="", body_html="", url=""
    )


def _tried(ticket_ids: Sequence[int]) -> list[int]:
    """Mails in which somebody tried our words on these tickets, as long as they have a text."""
    wanted = {str(number) for number in ticket_ids}
    rows = Notification.objects.filter(dedupe_key__startswith="mail:try:").exclude(subject="")
    keys = rows.values_list("pk", "dedupe_key").iterator()
    return [pk for pk, key in keys if key.split(":")[2] in wanted]
