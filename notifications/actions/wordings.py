"""The words of our mail and SMS: write our own, go back to the shipped ones, try them."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.checks import check_fields, field_of
from core.errors import RuleError
from core.events import record
from core.text import clean_text, one_line
from notifications.actions.outbox import queue_mail
from notifications.events import WordingChanged, WordingReset, WordingTried
from notifications.markdown import holes_in_addresses
from notifications.models import Notification, Wording, WordingRevision
from notifications.placeholders import unknown_names
from notifications.starts import new_wording, shipped_words

FIELDS = ("heading", "body", "sms")


class UnknownPlaceholder(RuleError):
    """A placeholder that this kind of message does not have would reach the reader as it is."""

    status = 422


class WordsMissing(RuleError):
    """A mail without words."""

    message = _("Write the text.")
    status = 422


class NothingToReset(RuleError):
    """The shipped words are in use already."""

    message = _("The shipped words are in use already.")


@transaction.atomic
def change_wording(kind: str, language: str, changes: Mapping[str, str], *, actor: Any) -> Wording:
    """Use these words from now on. changes: heading, body (Markdown), sms; what lacks stays.

    Raises UnknownPlaceholder, WordsMissing and InvalidValue, each naming its field.
    """
    stored = _locked(kind, language)
    cleaned = checked_words(kind, {**_words(stored), **changes})
    changed = [name for name in FIELDS if getattr(stored, name) != cleaned[name]]
    if not changed and stored.is_used:
        return stored
    for name in changed:
        setattr(stored, name, cleaned[name])
    check_fields(stored)
    stored.is_used = True
    _save(stored, actor, [*changed, "is_used"])
    labels = [str(field_of(stored, name).verbose_name) for name in changed or FIELDS]
    record(WordingChanged(label=str(stored), fields=", ".join(labels)), subject=stored, actor=actor)
    return stored


@transaction.atomic
def reset_wording(wording: Wording, *, actor: Any) -> Wording:
    """Go back to the shipped words; our own stay in the history. Raises NothingToReset."""
    stored = _locked(wording.kind, wording.language)
    if not stored.is_used:
        raise NothingToReset
    stored.is_used = False
    for name, value in shipped_words(stored.kind, stored.language).items():
        setattr(stored, name, value)
    _save(stored, actor, [*FIELDS, "is_used"])
    record(WordingReset(label=str(stored)), subject=stored, actor=actor)
    return stored


@transaction.atomic
def restore_wording(revision: WordingRevision, *, actor: Any) -> Wording:
    """Use the words of then again, as the newest ones; of a reset, the shipped ones.

    Raises as change_wording: a placeholder may be gone since. Or NothingToReset.
    """
    wording = revision.wording
    if revision.was_reset:
        return reset_wording(wording, actor=actor)
    words = {name: getattr(revision, name) for name in FIELDS}
    return change_wording(wording.kind, wording.language, words, actor=actor)


@transaction.atomic
def try_wording(
    wording: Wording, mail: tuple[str, str, str], *, ticket_id: int, actor: Any
) -> Notification:
    """Send a mail in these words to who tries them. mail: subject, text, HTML. A row in the outbox.

    It stands outside the ticket it shows: an answer to it reaches nobody's ticket. ticket_id: by
    it the mail is forgotten with its customer; 0 for invented values.
    """
    subject, text, html = mail
    row = queue_mail(actor.email, subject, text, html, f"try:{ticket_id}:{uuid.uuid4()}")
    record(WordingTried(label=str(wording), message_id=row.pk), subject=actor, actor=actor)
    return row


def checked_words(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """The words as they are stored. Raises UnknownPlaceholder and WordsMissing."""
    cleaned = {
        "heading": one_line(values["heading"]),
        "body": clean_text(values["body"]).strip(),
        "sms": clean_text(values["sms"]).strip(),
    }
    for name in ("heading", "body"):
        if not cleaned[name]:
            raise WordsMissing(field=name)
    for name in FIELDS:
        unknown = unknown_names(kind, cleaned[name])
        if unknown:
            words = _("This message has no %(names)s.")
            raise UnknownPlaceholder(words % {"names": _as_written(unknown)}, field=name)
    if holes_in_addresses(cleaned["body"]):
        raise UnknownPlaceholder(
            _("A placeholder cannot be part of an address of a link."), field="body"
        )
    return cleaned


def _as_written(names: list[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def _words(wording: Wording) -> dict[str, str]:
    return {name: getattr(wording, name) for name in FIELDS}


def _locked(kind: str, language: str) -> Wording:
    """The stored words of this kind and language; made, not in use, when there are none."""
    new = new_wording(kind, language)
    Wording.objects.get_or_create(kind=kind, language=language, defaults=_words(new))
    return Wording.objects.select_for_update().get(kind=kind, language=language)


def _save(wording: Wording, actor: Any, fields: list[str]) -> None:
    wording.version += 1
    wording.save(update_fields=[*fields, "version", "updated_at"])
    last = wording.revisions.aggregate(last=Max("number"))["last"] or 0
    wording.revisions.create(
        number=last + 1,
        was_reset=not wording.is_used,
        author=actor,
        author_name=actor.get_full_name(),
        **_words(wording),
    )
