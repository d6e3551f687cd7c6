"""Canned replies and macros for tests."""

from typing import Any

from tickets.actions.canned import create_canned
from tickets.models import CannedReply


def make_canned(
    name: str = "Power",
    body: str = "Is it plugged in?",
    *,
    owner: Any = None,
    team: Any = None,
    **more: Any,
) -> CannedReply:
    """A text of one person, of a team, or without both of everybody."""
    values = {"name": name, "body": body, "owner": owner, "team": team, **more}
    return create_canned(values, actor=owner)
