"""Views of the queue that people keep and share."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError
from core.events import record
from core.record_events import RecordChanged, RecordCreated, RecordDeleted
from tickets.models import SavedView

VIEWS_EACH = 50  # of one person: a menu, not an archive


class ViewNameTaken(RuleError):
    """The owner has another view of this name."""

    message = _("You already keep a view of this name.")
    field = "name"


class TooManyViews(RuleError):
    """Nobody finds anything in a menu of more."""

    message = _("You keep 50 views already. Delete one first.")


@transaction.atomic
def keep_view(view: SavedView, values: Mapping[str, Any], *, actor: Any) -> SavedView:
    """Store a new or changed view. values: name, team, columns, query, sort.

    Raises ViewNameTaken, TooManyViews.
    """
    is_new = view.pk is None
    if is_new and SavedView.objects.filter(owner=view.owner).count() >= VIEWS_EACH:
        raise TooManyViews
    for name in ("name", "team", "columns", "query", "sort"):
        setattr(view, name, values[name])
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise ViewNameTaken from error
    happened = RecordCreated(view.name) if is_new else RecordChanged(view.name, "")
    record(happened, subject=view, actor=actor)
    return view


@transaction.atomic
def forget_view(view: SavedView, *, actor: Any) -> None:
    """Delete a view; whoever shared it loses it too."""
    record(RecordDeleted(view.name), subject=view, actor=actor)
    view.delete()
