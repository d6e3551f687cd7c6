"""Mailboxes and how they are fetched, as administrators set them up."""

from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from core.checks import check_fields, field_of
from core.events import record, ring
from mailbox.events import MailboxSaved
from mailbox.models import ImapAccount, Mailbox

ANOTHER_FOLDER = {"host", "username", "folder"}  # any of them: the numbers of its mails are others


@transaction.atomic
def save_mailbox(mailbox: Mailbox, changed: Collection[str], *, actor: Any) -> Mailbox:
    """Store a new mailbox, or these fields of one. Raises InvalidValue."""
    check_fields(mailbox)
    mailbox.save(update_fields=None if mailbox._state.adding else list(changed))
    if changed:
        record(_saved(mailbox, mailbox, changed), subject=mailbox, actor=actor)
    return mailbox


@transaction.atomic
def save_imap_account(account: ImapAccount, changed: Collection[str], *, actor: Any) -> ImapAccount:
    """Store how a mailbox is fetched, and try it at the next minute. The event has no secrets.

    Where the fetching stands is left to it, unless this is another folder. Raises InvalidValue.
    """
    check_fields(account, exclude=["mailbox"])
    fresh: dict[str, Any] = {"next_fetch_at": timezone.now(), "failures": 0}
    if ANOTHER_FOLDER & set(changed):
        fresh |= {"uid_validity": None, "last_uid": 0, "stuck_uids": []}
    for name, value in fresh.items():
        setattr(account, name, value)
    account.save(update_fields=None if account._state.adding else [*changed, *fresh])
    record(_saved(account.mailbox, account, changed), subject=account.mailbox, actor=actor)
    return account


@transaction.atomic
def ask_to_try(account: ImapAccount) -> None:
    """Have a worker sign in; fetching.try_connection writes down what came of it."""
    ImapAccount.objects.filter(pk=account.pk).update(try_asked_at=timezone.now())
    ring("mailbox.try_connection", account.pk)


def _saved(mailbox: Mailbox, row: models.Model, changed: Collection[str]) -> MailboxSaved:
    labels = [str(field_of(type(row), name).verbose_name) for name in changed]
    return MailboxSaved(title=mailbox.name, fields=", ".join(labels))
