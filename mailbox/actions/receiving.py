"""Taking a mail in: its bytes first, then everything it causes, in one transaction.

What fails is rolled back whole, and the mail waits in quarantine with the reason. So every mail
has exactly one fate, none is lost, and one that breaks something stops nobody behind it.
"""

import logging
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext

from attachments.models import file_storage
from core.events import record
from mailbox.actions.bouncing import bounced_sign, is_hard, reason_of
from mailbox.actions.deciding import decide
from mailbox.errors import NotInQuarantine
from mailbox.events import MailCameBack, MailRunAgain
from mailbox.fates import Outcome
from mailbox.models import Fate, InboundMail, Mailbox
from mailbox.reading import Reading, first_steps, read
from mailbox.storing import bytes_of, header_id_of, keep_bytes, new_row

logger = logging.getLogger(__name__)
RESULT = ("fate", "reason", "steps", "ticket", "message")


def receive(mailbox: Mailbox, raw: bytes) -> tuple[InboundMail, bool]:
    """Store a raw mail and do what it asks for; returns (its row, whether it is new).

    The same mail again changes only the count of its duplicates. Raises only when PostgreSQL or
    the disk is away: then nothing is stored, and the mail must be offered again.
    """
    reading, failure = _read(raw)
    header_id = header_id_of(reading.mail if reading else None, raw)
    known = _known(mailbox, header_id)
    if known is not None:
        return known, False
    row = new_row(mailbox, reading.mail if reading else None, raw, header_id)
    row.has_folded = bool(reading.folded_text) if reading else None
    row.raw.name = keep_bytes(raw)
    # When PostgreSQL goes away now the bytes stay: nobody knows whether the row is there.
    return _store(row, reading, failure)


def _store(row: InboundMail, reading: Reading | None, failure: str) -> tuple[InboundMail, bool]:
    error: Exception | None = None
    if reading is not None:
        try:
            return _insert(row, lambda new: _act(new, reading, by_hand=False))
        except OperationalError:
            raise  # PostgreSQL is away: not this mail's fault
        except Exception as found:
            logger.exception("mail %s could not be handled", row.header_id)
            error = found
    why = failure or _words(error)
    row.pk = None
    return _insert(row, lambda new: _quarantine(new, why))


def _insert(row: InboundMail, finish: Any) -> tuple[InboundMail, bool]:
    """Insert and finish it in one transaction. A twin at the same moment waits here."""
    with transaction.atomic():
        stored, is_new = InboundMail.objects.get_or_create(
            mailbox=row.mailbox,
            header_id=row.header_id,
            defaults={
                field.name: getattr(row, field.name)
                for field in InboundMail._meta.concrete_fields
                if field.name not in ("id", "mailbox", "header_id")
            },
        )
        if is_new:
            finish(stored)
            return stored, True
    file_storage().delete(str(row.raw.name))  # the twin has its own
    return _known(row.mailbox, row.header_id) or stored, False


def _known(mailbox: Mailbox, header_id: str) -> InboundMail | None:
    rows = InboundMail.objects.filter(mailbox=mailbox, header_id=header_id)
    if not rows.update(duplicates=F("duplicates") + 1):
        return None
    return rows.select_related("ticket", "mailbox").get()


@transaction.atomic
def run_again(mail: InboundMail, *, actor: Any) -> InboundMail:
    """Read a mail of the quarantine once more, because a person wants it. Raises NotInQuarantine.

    What fails leaves it where it is, with the new reason.
    """
    row = (
        InboundMail.objects.select_for_update(of=("self",))
        .select_related("mailbox")
        .get(pk=mail.pk)
    )
    if row.fate != Fate.QUARANTINED:
        raise NotInQuarantine
    reading, failure = _read(bytes_of(row))
    try:
        if reading is None:
            _quarantine(row, failure)
        else:
            with transaction.atomic():
                _act(row, reading, by_hand=True)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("mail %s could not be handled again", row.pk)
        row.ticket = row.message = None
        _quarantine(row, _words(error))
    record(MailRunAgain(fate=row.fate), subject=row, actor=actor)
    return row


def _act(row: InboundMail, reading: Reading, *, by_hand: bool) -> None:
    steps = first_steps(reading.mail, reading.kind)
    found = decide(reading, row.mailbox, steps, size=row.size_bytes, by_hand=by_hand)
    _write(row, found, steps)
    sign = bounced_sign(reading) if found.fate == Fate.BOUNCE else None
    if sign is not None:
        bounce = reading.kind.bounce
        came_back = MailCameBack(
            kind=sign[0], number=sign[1], is_hard=is_hard(bounce), reason=reason_of(bounce)
        )
        record(came_back, subject=row)


def _write(row: InboundMail, found: Outcome, steps: list[str]) -> None:
    row.fate, row.reason, row.steps = found.fate, found.reason, steps
    row.ticket, row.message = found.ticket, found.message
    row.save(update_fields=RESULT)


def _quarantine(row: InboundMail, why: str) -> None:
    row.fate, row.reason = Fate.QUARANTINED, why
    row.steps = [*row.steps, f"quarantine: {why}"]
    row.save(update_fields=RESULT)


def _read(raw: bytes) -> tuple[Reading | None, str]:
    """(what it says, "") or (None, why it cannot be read): never an exception of the reader."""
    ours = {address.lower() for address in Mailbox.objects.values_list("address", flat=True)}
    try:
        return read(raw, ours), ""
    except Exception as error:
        logger.exception("a mail could not be read")
        return None, _words(error)


def _words(error: Exception | None) -> str:
    """Why, for people: the sentence of a rule, else the error by its name."""
    message = getattr(error, "message", None)
    if message:
        return gettext("Refused: %s") % message
    return f"{type(error).__name__}: {error}"[:500]
