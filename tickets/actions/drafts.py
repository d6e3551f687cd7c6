"""Drafts: kept while somebody types, so that no crash, sign-out or second tab loses a word.

A draft has no consequence for anybody but its owner, so saving one records no event.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from attachments.actions import delete_files, store_file
from core.text import clean_text
from tickets.errors import DraftElsewhere, TextMissing
from tickets.models import Draft, DraftFile, Message, MessageKind, Ticket, TicketFile

LONGEST = 100_000


@dataclass(frozen=True)
class Typed:
    """What stands in a composer. seen: key of the newest message its page showed."""

    body: str
    copies: str = ""
    set_status: str = ""
    seen: int = 0


@transaction.atomic
def save_draft(
    ticket: Ticket, kind: str, typed: Typed, *, user: Any, version: int | None = None
) -> Draft | None:
    """Keep what is typed; an empty text without files removes the draft. Returns what is kept.

    version: of the draft the page knows, 0 for none; None overwrites whatever there is.
    Raises DraftElsewhere when another tab saved something else, and TextMissing when too long.
    """
    body = clean_text(typed.body)
    if len(body) > LONGEST:
        raise TextMissing(_("This text is longer than 100,000 characters."), field="body")
    draft = locked_draft(ticket, kind, user=user)
    if version is not None and draft.version != version and draft.body != body:
        stored = draft if draft.version else None
        raise DraftElsewhere(stored.body if stored else "", stored.version if stored else 0)
    if not body.strip() and not draft.files.exists():
        draft.delete()
        return None
    draft.body, draft.copies = body, clean_text(typed.copies)[:2000]
    draft.set_status = clean_text(typed.set_status)[:12]
    draft.seen = typed.seen
    draft.version += 1
    draft.save()
    return draft


def locked_draft(ticket: Ticket, kind: str, *, user: Any) -> Draft:
    """The person's draft, locked; made when there is none (version 0). Inside a transaction."""
    Draft.objects.get_or_create(ticket=ticket, kind=kind, user=user)
    return Draft.objects.select_for_update().get(ticket=ticket, kind=kind, user=user)


@transaction.atomic
def add_to_draft(ticket: Ticket, body: str, *, user: Any) -> Draft:
    """Put a text behind what the person has typed there; the same text is not added again."""
    draft = locked_draft(ticket, MessageKind.REPLY, user=user)
    text = clean_text(body).strip()
    if text not in draft.body:
        # Cut at what a draft holds: together they may be more, and a refusal would lose all.
        draft.body = "\n\n".join(part for part in (draft.body, text) if part.strip())[:LONGEST]
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def keep_files(draft: Draft, files: Iterable[UploadedFile], *, actor: Any) -> None:
    """Store uploads with a draft: the browser forgets them when the page is shown again.

    Raises FileRefused.
    """
    for upload in files:
        DraftFile.objects.create(draft=draft, stored=store_file(upload, actor=actor))


@transaction.atomic
def finish_draft(
    ticket: Ticket,
    kind: str,
    *,
    user: Any,
    message: Message | None = None,
    kept: Collection[int] = (),
) -> None:
    """The draft was sent, or is thrown away: it goes, and its files with it.

    message: takes over the draft's files whose keys are in `kept`.
    """
    draft = Draft.objects.select_for_update().filter(ticket=ticket, kind=kind, user=user).first()
    if draft is None:
        return
    if message is not None:
        taken = list(draft.files.filter(pk__in=list(kept)))
        stored = [row.stored_id for row in taken]
        DraftFile.objects.filter(pk__in=[row.pk for row in taken]).delete()
        TicketFile.objects.bulk_create(
            TicketFile(
                ticket_id=message.ticket_id,
                message=message,
                stored_id=pk,
                is_internal=kind == MessageKind.NOTE,
            )
            for pk in stored
        )
    _remove([draft.pk])


def drop_drafts(ticket: Ticket) -> None:
    """A closed ticket keeps no drafts. Inside a transaction."""
    _remove(list(Draft.objects.filter(ticket=ticket).values_list("pk", flat=True)))


def _remove(drafts: list[int]) -> None:
    files = DraftFile.objects.filter(draft__in=drafts)
    stored = list(files.values_list("stored", flat=True))
    Draft.objects.filter(pk__in=drafts).delete()
    if stored:
        delete_files(stored)
