"""How many SMS may go where: nobody is flooded, and nobody makes us pay for a flood.

Counted when a message is first taken, in PostgreSQL, so that all workers share the limits: per
number, per block of neighbouring numbers (how SMS fraud is done), per country, and in parts per
day over all. A limit of 0 is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from notifications.models import Notification, SmsUse, StoppedNumber
from notifications.segments import segments_of

NEIGHBOURS = 4  # digits in which the numbers of a block differ
KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """words: why, when it is used up, with %(limit)s."""

    scope: str
    key: str
    starts_at: datetime
    cost: int
    most: int
    words: str


class UsedUp(Exception):
    """A limit has no room for this message; the text says which."""


def refusal(row: Notification, *, now: datetime) -> str:
    """Why this SMS is not sent, "" when it may be; what it uses is then taken from the limits."""
    stopped = StoppedNumber.objects.filter(phone=row.address).first()
    if stopped is not None:
        return _("this number wants no SMS (%(reason)s)") % {"reason": stopped.reason}
    if row.attempts:
        return ""  # was counted at its first attempt
    region = _region(row.address)
    if settings.SMS_COUNTRIES and region not in settings.SMS_COUNTRIES:
        return _("no SMS are sent to this country (%(country)s)") % {"country": region or "?"}
    try:
        with transaction.atomic():  # all of the limits, or none
            for limit in _limits(row, region, now):
                _use(limit)
    except UsedUp as error:
        return str(error)
    return ""


@transaction.atomic
def forget_sms_use(*, now: datetime) -> int:
    """Remove counts of past days; returns how many."""
    return SmsUse.objects.filter(starts_at__lt=now - KEPT).delete()[0]


def _limits(row: Notification, region: str, now: datetime) -> Iterator[Limit]:
    """The one all share comes first: whoever has it may take the others without a deadlock."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    number, block = row.address, row.address[:-NEIGHBOURS]
    parts = segments_of(row.body_text)
    budget = _("the day's budget of %(limit)s SMS parts is used up")
    country = _("the day's %(limit)s SMS to this country are used up")
    blocked = _("more than %(limit)s SMS to neighbouring numbers within this hour")
    hourly = _("more than %(limit)s SMS to this number within this hour")
    daily = _("more than %(limit)s SMS to this number today")
    yield Limit("all", "", day, parts, settings.SMS_PARTS_PER_DAY, budget)
    yield Limit("country", region, day, 1, settings.SMS_PER_COUNTRY_DAY, country)
    yield Limit("block", block, hour, 1, settings.SMS_PER_BLOCK_HOUR, blocked)
    yield Limit("number", number, hour, 1, settings.SMS_PER_NUMBER_HOUR, hourly)
    yield Limit("number_day", number, day, 1, settings.SMS_PER_NUMBER_DAY, daily)


def _use(limit: Limit) -> None:
    place = {"scope": limit.scope, "key": limit.key, "starts_at": limit.starts_at}
    SmsUse.objects.bulk_create([SmsUse(**place)], ignore_conflicts=True)
    rows = SmsUse.objects.filter(**place)
    if limit.most:
        rows = rows.filter(used__lte=limit.most - limit.cost)
    if not rows.update(used=F("used") + limit.cost):
        raise UsedUp(limit.words % {"limit": limit.most})


def _region(number: str) -> str:
    """Country of a number as two letters, "" for none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
