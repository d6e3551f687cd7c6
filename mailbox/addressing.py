"""To which mailbox a mail was delivered, when nobody says."""

from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings

from mailbox.models import Mailbox
from mailbox.parsing.addresses import addresses_in
from mailbox.parsing.headers import Head

# Who delivered it writes the first ones; To and Cc are what the sender wrote.
WHERE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


def mailbox_for(head: Head) -> Mailbox:
    """The first active mailbox that is named, else the oldest: a blind copy names none of ours.

    A desk that has none yet gets one of the address it sends from.
    """
    rows = list(Mailbox.objects.filter(is_active=True).order_by("pk"))
    boxes = {row.address.lower(): row for row in rows}
    for email in _named(head):
        if email in boxes:
            return boxes[email]
    return rows[0] if rows else _first_mailbox()


def _named(head: Head) -> Iterator[str]:
    for name in WHERE:
        for field in head.fields:
            if field.name == name:
                for address in addresses_in(field.raw, head.charset):
                    yield address.email.lower()


def _first_mailbox() -> Mailbox:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    made, _is_new = Mailbox.objects.get_or_create(
        address=address.lower(), defaults={"name": settings.SITE_NAME[:80]}
    )
    return made
