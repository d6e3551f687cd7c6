"""Canned replies: texts people keep."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.text import clean_text
from tickets.actions.sharing import change_shared, create_shared
from tickets.errors import TextMissing
from tickets.models import CannedReply


@transaction.atomic
def create_canned(values: Mapping[str, Any], *, actor: Any) -> CannedReply:
    """Keep a text. values: name, shortcut, category, body, owner, team.

    Raises TextMissing and what create_shared raises.
    """
    return create_shared(CannedReply(**_clean(values)), actor=actor)


@transaction.atomic
def change_canned(reply: CannedReply, changes: Mapping[str, Any], *, actor: Any) -> CannedReply:
    """Store what differs of the same values."""
    return change_shared(reply, _clean(changes), actor=actor)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(values)
    if "body" in cleaned:
        cleaned["body"] = clean_text(cleaned["body"]).strip()
        if not cleaned["body"]:
            raise TextMissing(_("Write the text."), field="body")
    if "shortcut" in cleaned:
        cleaned["shortcut"] = cleaned["shortcut"].strip().lstrip(";").lower()
    return cleaned
