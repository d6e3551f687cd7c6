"""Entry points of the worker and of beat."""

from celery import shared_task
from django.utils import timezone

from mailbox import actions
from mailbox.actions import fetch_due, read_sms, try_asked
from mailbox.models import InboundSms

BATCH = 200


@shared_task(name="mailbox.fetch", ignore_result=True)
def fetch() -> int:
    """Fetch the mail of every mailbox whose time has come."""
    try_asked()
    return fetch_due()


@shared_task(name="mailbox.try_connection", ignore_result=True)
def try_connection(pk: int) -> None:
    """Find out whether one can sign in, and write it down."""
    actions.try_connection(pk)


@shared_task(name="mailbox.read_sms", ignore_result=True)
def read_one_sms(pk: int) -> bool:
    """Give an SMS that came its fate."""
    return read_sms(pk)


@shared_task(name="mailbox.sweep_sms", ignore_result=True)
def sweep_sms() -> int:
    """Read what a crash, a broker that was away or a picture that did not come left behind."""
    due = InboundSms.objects.due(now=timezone.now()).values_list("pk", flat=True)
    return sum(read_sms(pk) for pk in list(due[:BATCH]))
