"""What Twilio reports of an SMS that was sent, and numbers that want none."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.events import record, ring
from core.models import EventRecord
from notifications.actions.alarms import alarm_of_failure
from notifications.events import NotificationFailed
from notifications.models import Delivery, Medium, Notification, State, StoppedNumber

OPTED_OUT = 21610
# Later reports say more. One that is late itself, or comes twice, changes nothing.
RANK = {
    Delivery.ACCEPTED: 1, Delivery.SCHEDULED: 1, Delivery.QUEUED: 1, Delivery.SENDING: 2,
    Delivery.SENT: 3, Delivery.UNDELIVERED: 4, Delivery.FAILED: 4, Delivery.CANCELED: 4,
    Delivery.DELIVERED: 4, Delivery.READ: 5,
}  # fmt: skip
LOST = {Delivery.UNDELIVERED, Delivery.FAILED, Delivery.CANCELED}


@transaction.atomic
def note_sms_status(pk: int, *, sid: str, status: str, code: int = 0) -> bool:
    """Write down a report about an SMS; False when it says nothing new.

    A report about one we had no answer for tells that it went out: no second copy is sent.
    """
    if status not in RANK or not sid:
        return False
    rows = Notification.objects.select_for_update(of=("self",)).select_related("event")
    row = rows.filter(pk=pk, channel=Medium.SMS).first()
    if row is None or (row.provider_id and row.provider_id != sid):
        return False  # of another copy
    if row.delivery in LOST or RANK[Delivery(status)] <= _rank(row.delivery):
        return False
    row.delivery, row.provider_id = status, sid
    row.save(update_fields=["delivery", "provider_id"])
    if status in LOST:
        _lose(row, code)
    elif row.state in (State.QUEUED, State.SENDING):
        row.state, row.sent_at = State.SENT, timezone.now()
        row.lease_until, row.last_error = None, ""
        row.save(update_fields=["state", "sent_at", "lease_until", "last_error"])
    return True


@transaction.atomic
def note_sms_price(pk: int, *, price: Decimal | None, unit: str, segments: int | None) -> None:
    """What it cost, as soon as Twilio knows."""
    found: dict[str, Any] = {"price": price, "price_unit": unit[:3]} if price is not None else {}
    if segments:
        found["segments"] = segments
    if found:
        Notification.objects.filter(pk=pk, channel=Medium.SMS).update(**found)


@transaction.atomic
def stop_number(phone: str, reason: str) -> None:
    """Nothing more is sent to it."""
    if phone:
        StoppedNumber.objects.get_or_create(phone=phone, defaults={"reason": reason[:200]})


@transaction.atomic
def start_number(phone: str) -> bool:
    """It wants SMS again; returns whether it had stopped."""
    return StoppedNumber.objects.filter(phone=phone).delete()[0] > 0


@transaction.atomic
def answer_help(happened: EventRecord, phone: str) -> None:
    """Say who we are, once per question."""
    if not phone.startswith("+"):
        return  # a word or a short code: nobody to answer
    words = _("%(site)s. Reply here to write to us.") % {"site": settings.SITE_NAME}
    if settings.SUPPORT_PHONE:
        words += " " + _("Call %(phone)s.") % {"phone": settings.SUPPORT_PHONE}
    words += " " + _("Reply STOP for no more SMS.")
    row, is_new = Notification.objects.get_or_create(
        dedupe_key=f"help:{happened.pk}",
        defaults={
            "event": happened,
            "channel": Medium.SMS,
            "address": phone,
            "body_text": words,
            "next_attempt_at": timezone.now(),
        },
    )
    if is_new:
        ring("notifications.send", [row.pk])


def _rank(delivery: str) -> int:
    return RANK[Delivery(delivery)] if delivery else 0


def _lose(row: Notification, code: int) -> None:
    row.state, row.sent_at, row.lease_until = State.FAILED, None, None
    row.last_error = words_of(code) or str(Delivery(row.delivery).label)
    row.save(update_fields=["state", "sent_at", "lease_until", "last_error"])
    if code == OPTED_OUT:
        stop_number(row.address, words_of(code))
    record(NotificationFailed(channel=row.channel), subject=row)
    alarm_of_failure()


def words_of(code: int) -> str:
    """What a code of Twilio means for the person at the outbox, "" for none."""
    known = {
        OPTED_OUT: _("the number answered STOP"),
        30003: _("the phone is off or out of reach"),
        30004: _("the phone blocks SMS"),
        30005: _("there is no such number any more"),
        30006: _("a landline, or a network that takes no SMS"),
        30007: _("the network took it for spam"),
        30008: _("the network does not say why"),
    }
    return f"{code} {known[code]}" if code in known else (str(code) if code else "")
