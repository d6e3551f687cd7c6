"""Fetching mail over IMAP: each is marked as read only after it stands in PostgreSQL.

Between the two a crash can fall: then the mail is offered again, and dropped as the duplicate it
is (SEMANTICS section 6). One that the server does not hand out keeps nobody behind it waiting, and
is asked for again each time. No transaction is open while a server is waited for.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from core.events import record
from mailbox.actions.receiving import receive
from mailbox.events import MailboxUnreachable
from mailbox.imap import Folder, ImapProblem, ImapRefused, opened
from mailbox.models import ImapAccount
from mailbox.querysets import SILENT_AFTER

logger = logging.getLogger(__name__)
MOST = 200  # mails of one mailbox in one go
LEASE = timedelta(minutes=30)
EVERY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)  # after failures


def fetch_due(*, now: datetime | None = None) -> int:
    """Fetch from every mailbox whose time has come; returns how many mails were new."""
    due = ImapAccount.objects.due(now=now or timezone.now()).values_list("pk", flat=True)
    return sum(fetch(pk, now=now) for pk in list(due))


def fetch(pk: int, *, now: datetime | None = None) -> int:
    """Fetch from one mailbox, unless another worker does; returns how many mails were new.

    What the server does wrong is written down and tried again later. Raises only when PostgreSQL
    is away; then the lease ends by itself.
    """
    account = _claim(pk, now or timezone.now())
    if account is None:
        return 0
    try:
        with opened(account) as folder:
            taken, is_all = _take(account, folder)
    except ImapProblem as problem:
        _failed(account, str(problem))
        return 0
    _succeeded(account, is_all)
    return taken


def try_asked() -> None:
    """Try the connections somebody asked for and a worker did not get to."""
    asked = ImapAccount.objects.exclude(try_asked_at=None).order_by("try_asked_at")
    for pk in list(asked.values_list("pk", flat=True)[:10]):
        try_connection(pk)


def try_connection(pk: int) -> None:
    """Sign in, open the folder, fetch nothing, and write down what came of it."""
    account = ImapAccount.objects.select_related("mailbox").filter(pk=pk).first()
    if account is None:
        return
    try:
        with opened(account) as folder:
            words = {"number": len(folder.unseen()), "folder": account.folder}
        said = gettext("Signed in. Unread mails in %(folder)s: %(number)s") % words
    except ImapProblem as problem:
        said = str(problem)
    _keep(account, try_asked_at=None, tried_at=timezone.now(), tried=said[:500])


@transaction.atomic
def _claim(pk: int, now: datetime) -> ImapAccount | None:
    rows = ImapAccount.objects.select_for_update(of=("self",), skip_locked=True)
    account = rows.select_related("mailbox").due(now=now).filter(pk=pk).first()
    if account is not None:
        account.lease_until = now + LEASE
        account.save(update_fields=["lease_until"])
    return account


def _take(account: ImapAccount, folder: Folder) -> tuple[int, bool]:
    """(how many were new, whether nothing is left for the next time)."""
    is_known = account.uid_validity == folder.validity
    stuck = list(account.stuck_uids) if is_known else []
    fresh = folder.after(account.last_uid) if is_known else folder.unseen()
    uids = [*stuck, *fresh[:MOST]]
    still: list[int] = []
    new = 0
    for uid in uids:
        try:
            new += _take_one(account, folder, uid)
        except _NotHandedOut:
            still.append(uid)
        if is_known and uid > account.last_uid:
            _keep(account, last_uid=uid, stuck_uids=still)  # those of before were asked for first
    is_all = len(fresh) <= MOST
    if not is_known and is_all:  # from now on by number: a person may read one before we do
        last = max([folder.next_uid - 1, *fresh])
        _keep(account, uid_validity=folder.validity, last_uid=last)
    _keep(account, stuck_uids=still)
    return new, is_all


class _NotHandedOut(Exception):
    """The server has this mail and does not give it."""


def _take_one(account: ImapAccount, folder: Folder, uid: int) -> bool:
    """Store one mail, then mark it; whether it was new. What is too large comes cut, and waits in
    quarantine for that reason.
    """
    try:
        raw = folder.raw(uid, settings.MAIL_MAX_BYTES + 1)
    except ImapRefused as problem:
        raise _NotHandedOut from problem
    if raw is None:  # somebody deleted it meanwhile
        return False
    _row, is_new = receive(account.mailbox, raw)
    try:
        folder.mark_seen(uid)
    except ImapRefused:  # a folder one may only read: the number says where we are
        logger.warning("%s: mail %s cannot be marked as read", account, uid)
    return is_new


def _keep(account: ImapAccount, **values: object) -> None:
    for name, value in values.items():
        setattr(account, name, value)
    account.save(update_fields=list(values))


def _succeeded(account: ImapAccount, is_all: bool) -> None:
    now = timezone.now()
    _keep(
        account,
        lease_until=None,
        next_fetch_at=now + EVERY if is_all else now,
        last_success_at=now,
        failures=0,
        last_error="",
    )


@transaction.atomic
def _failed(account: ImapAccount, why: str) -> None:
    """Tried again later and later; the administrators hear of it once."""
    rows = ImapAccount.objects.filter(pk=account.pk)
    rows.update(failures=F("failures") + 1, last_error=why[:500], lease_until=None)
    account.refresh_from_db(fields=["failures"])
    wait = min(EVERY * 2 ** min(account.failures, 10), LONGEST_WAIT)
    rows.update(next_fetch_at=timezone.now() + wait)
    if account.failures == SILENT_AFTER:
        said = MailboxUnreachable(title=account.mailbox.name, why=why[:300])
        record(said, subject=account.mailbox)
