"""What came in the last 24 hours, and what became of it: received is the sum of the fates."""

import sys
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from core.health import WAITING_LIMIT_SECONDS, figure, seconds_since
from mailbox.models import Fate, ImapAccount, InboundMail, InboundSms, SmsFate

DAY = timedelta(days=1)
ALARM = 20  # mails in quarantine


def counts_of_day() -> dict[str, int]:
    """{fate: mails} of every fate, and "received"; one statement, so that it adds up."""
    rows = InboundMail.objects.filter(received_at__gt=timezone.now() - DAY)
    found = dict(rows.order_by().values_list("fate").annotate(number=Count("pk")))
    counts = {fate: found.get(fate, 0) for fate in Fate.values}
    return {"received": sum(counts.values()), **counts}


@figure("mail_quarantined", limit=ALARM)
def quarantined() -> int:
    """How many wait for a person; counted no further than it matters."""
    return InboundMail.objects.filter(fate=Fate.QUARANTINED)[: ALARM * 50].count()


@figure("mailboxes_unreachable", limit=0)
def unreachable() -> int:
    """Mailboxes whose server did not let us in several times in a row."""
    return ImapAccount.objects.silent().count()


@figure("sms_quarantined", limit=ALARM)
def sms_quarantined() -> int:
    """SMS that wait for a person."""
    return InboundSms.objects.filter(fate=SmsFate.QUARANTINED)[: ALARM * 50].count()


@figure("oldest_incoming_sms_seconds", limit=WAITING_LIMIT_SECONDS)
def oldest_sms() -> int:
    """How long the SMS that is most overdue waits to be read."""
    due = InboundSms.objects.due(now=timezone.now())
    return seconds_since(due.values_list("next_attempt_at", flat=True).first())


def _show(key: str) -> None:
    @figure(f"mail_{key}_24h", limit=sys.maxsize)
    def number() -> int:
        return counts_of_day()[key]


for _key in ("received", *Fate.values):
    _show(_key)
