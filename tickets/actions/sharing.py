"""Keeping what people share: canned replies and macros."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.checks import check_fields, field_of, refusing
from core.errors import RuleError
from core.events import record
from core.record_events import RecordChanged, RecordCreated, RecordDeleted
from core.text import one_line
from tickets.models.sharing import Shared

EACH = 500  # of one person, of one team, of all: more would be an archive nobody looks through
S = TypeVar("S", bound=Shared)


class SharedNameTaken(RuleError):
    """The same audience has another one of this name."""

    message = _("There is one of this name already.")
    field = "name"


class ShortcutTaken(RuleError):
    """The same audience has another text with this shortcut."""

    message = _("Another text has this shortcut.")
    field = "shortcut"


class TooManyShared(RuleError):
    """Nobody finds anything among more."""

    message = _("There are 500 of these already. Delete one first.")


@transaction.atomic
def create_shared(kept: S, *, actor: Any) -> S:
    """Store a new one. Raises SharedNameTaken, ShortcutTaken, TooManyShared, InvalidValue."""
    same = type(kept).objects.filter(owner=kept.owner, team=kept.team)
    if same.count() >= EACH:
        raise TooManyShared
    _save(kept)
    record(RecordCreated(kept.name), subject=kept, actor=actor)
    return kept


@transaction.atomic
def change_shared(kept: S, changes: Mapping[str, Any], *, actor: Any) -> S:
    """Store what differs; nothing happens when nothing does. Raises as create_shared does."""
    stored: S = type(kept).objects.select_for_update(of=("self",)).get(pk=kept.pk)
    changed = [name for name, value in changes.items() if getattr(stored, name) != value]
    if not changed:
        return stored
    for name in changed:
        setattr(stored, name, changes[name])
    stored.version += 1
    _save(stored, *changed, "version", "updated_at")
    labels = ", ".join(str(field_of(stored, name).verbose_name) for name in changed)
    record(RecordChanged(stored.name, labels), subject=stored, actor=actor)
    return stored


@transaction.atomic
def delete_shared(kept: Shared, *, actor: Any) -> None:
    """Delete it for everybody who had it."""
    record(RecordDeleted(kept.name), subject=kept, actor=actor)
    kept.delete()


def count_use(kept: Shared) -> None:
    """Count that somebody took it. No version, no event: nobody is told."""
    type(kept).objects.filter(pk=kept.pk).update(uses=F("uses") + 1, used_at=timezone.now())


def _save(kept: Shared, *fields: str) -> None:
    kept.name = one_line(kept.name)
    check_fields(kept)
    with refusing({"_name_once": SharedNameTaken(), "_shortcut_once": ShortcutTaken()}):
        kept.save(update_fields=fields or None)
