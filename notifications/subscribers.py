"""Who is told what when something happened: one listener, the rules table decides."""

from core.events import EVENTS, on, ring
from core.models import EventRecord
from core.text import normalise_email
from customers.events import CustomerDeleted
from mailbox.actions import failures_in
from mailbox.events import MailboxUnreachable, MailCameBack, SmsHelpAsked, SmsStarted, SmsStopped
from mailbox.models import InboundSms
from notifications.actions import (
    News,
    alarm_of_silence,
    answer_help,
    forget_news,
    mark_bounced,
    note_delivery,
    start_number,
    stop_number,
    tell,
)
from notifications.actions.delivering import recipients_of
from notifications.models import Fate, Notification

TICKET_EVENTS = [event for name, event in sorted(EVENTS.items()) if name.startswith("ticket.")]


@on(*TICKET_EVENTS)
def tell_people(happened: EventRecord) -> None:
    """Write the outbox rows the rules ask for, and tell open pages that something changed."""
    tell(happened)
    ring("notifications.push_desk", happened.subject_id)


@on(CustomerDeleted)
def forget_customer(happened: EventRecord) -> None:
    """A deleted customer's news is not sent any more, and what was sent keeps no words."""
    forget_news(happened.payload.get("ticket_ids", []))


@on(MailboxUnreachable)
def alarm_of_mailbox(happened: EventRecord) -> None:
    """Customers write and nobody reads it: who can put it right hears of it."""
    alarm_of_silence(happened.payload["title"])


@on(MailCameBack)
def note_bounce(happened: EventRecord) -> None:
    """The outbox shows that it did not arrive, and why. Its author is told by the mailbox."""
    if happened.payload["kind"] != "notification":
        return
    number = happened.payload["number"]
    found = Notification.objects.filter(pk=number).first()
    recipients = recipients_of(found) if found else set()
    failures = [
        News(failure.address, Fate.BOUNCED, happened.occurred_at, failure.reason, failure.hard)
        for failure in failures_in(happened.subject_id)
        if normalise_email(failure.address) in recipients
    ]
    for news in failures:
        note_delivery(number, news, tells=False)
    if not failures:  # it names nobody we wrote to: perhaps it was forwarded there
        mark_bounced(number, happened.payload["reason"])


@on(SmsStopped)
def stop_sms(happened: EventRecord) -> None:
    """Nothing more is sent to that number."""
    stop_number(_number(happened), "STOP")


@on(SmsStarted)
def start_sms(happened: EventRecord) -> None:
    """It may be told by SMS again."""
    start_number(_number(happened))


@on(SmsHelpAsked)
def say_who_we_are(happened: EventRecord) -> None:
    """Who asks HELP is told who writes there, and how that ends."""
    answer_help(happened, _number(happened))


def _number(happened: EventRecord) -> str:
    found = InboundSms.objects.filter(pk=happened.subject_id).values_list("from_phone", flat=True)
    return found.first() or ""
