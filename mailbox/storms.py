"""Two machines that answer each other must end, and one that floods must not fill the queue."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from mailbox.models import Fate, InboundMail, Mailbox

HOUR = timedelta(hours=1)


def too_many_mails(email: str) -> str:
    """Why nothing more of this sender is taken for now; "" when there is no storm."""
    recent = InboundMail.objects.filter(
        from_email=email, received_at__gt=timezone.now() - HOUR, ticket__isnull=False
    )
    many = settings.MAIL_PER_ADDRESS_HOUR
    if recent[:many].count() >= many:
        return gettext("More than %(limit)s mails of this address within an hour.") % {
            "limit": many
        }
    return ""


def too_many_tickets(mailbox: Mailbox, email: str) -> str:
    """The same for new tickets of one sender in one mailbox."""
    most = settings.MAIL_TICKETS_PER_PAIR_HOUR
    opened = InboundMail.objects.filter(
        from_email=email,
        received_at__gt=timezone.now() - HOUR,
        mailbox=mailbox,
        fate=Fate.CREATED,
    )
    if opened[:most].count() >= most:
        return gettext("More than %(limit)s new tickets of this address within an hour.") % {
            "limit": most
        }
    return ""
