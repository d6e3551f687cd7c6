"""What PostgreSQL refuses, whoever writes it."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from attachments.models import FileRemoval, file_storage
from mailbox.models import InboundMail, Mailbox
from tests.factories.mails import make_mailbox
from tests.factories.work import make_ticket

pytestmark = pytest.mark.django_db


def keep(mailbox, **fields):
    raw = b"From: a@b.test\r\n\r\nx"
    row = InboundMail(
        mailbox=mailbox,
        **{
            "header_id": "1@b.test",
            "size_bytes": len(raw),
            "sha256": hashlib.sha256(raw).hexdigest(),
            "received_at": timezone.now(),
            "fate": "ignored",
            **fields,
        },
    )
    row.raw.save("x", ContentFile(raw), save=False)
    row.save()
    return row


def refused(make, *args, **fields):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make(*args, **fields)
    return str(caught.value)


def test_an_address_is_one_mailbox_however_it_is_written():
    make_mailbox("support@desk.test")
    assert "mailbox_address_once" in refused(make_mailbox, "Support@Desk.test")
    assert Mailbox.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"fate": "created"}, "inbound_has_its_ticket"),
        ({"fate": "appended"}, "inbound_has_its_ticket"),
        ({"fate": "quarantined"}, "inbound_quarantine_says_why"),
        ({"fate": "quarantined", "reason": " "}, "inbound_quarantine_says_why"),
        ({"fate": "lost"}, "inbound_fate"),
        ({"header_id": ""}, "inbound_id_given"),
    ],
)
def test_a_mail_without_its_due_is_refused(fields, constraint):
    assert constraint in refused(keep, make_mailbox(), **fields)


def test_a_message_id_is_once_in_a_mailbox_but_two_mailboxes_are_two_deliveries():
    first, second = make_mailbox(), make_mailbox("sales@desk.test")
    keep(first)
    keep(second)
    assert "inbound_once" in refused(keep, first)


def test_the_bytes_go_with_the_ticket():
    row = keep(make_mailbox(), fate="created", ticket=make_ticket())
    assert file_storage().exists(row.raw.name)
    row.ticket.delete()
    assert not InboundMail.objects.exists()
    assert FileRemoval.objects.filter(file=row.raw.name).exists()
