"""Canned replies and macros for tests."""

from typing import Any

from tickets.actions.canned import create_canned
from tickets.actions.macros import create_macro
from tickets.models import CannedReply, Macro


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


def make_macro(
    *steps: tuple[str, str],
    name: str = "Ask",
    owner: Any = None,
    team: Any = None,
    actor: Any = None,
    **more: Any,
) -> Macro:
    """A macro of these (kind, value) steps; made by `actor`, else its owner."""
    rows = [{"do": kind, "value": value} for kind, value in steps]
    values = {"name": name, "owner": owner, "team": team, "steps": rows, **more}
    return create_macro(values, actor=actor or owner)
