"""Automation rules for tests."""

from typing import Any

from tickets.actions.rules import create_rule
from tickets.models import AutomationRule

URGENT = {"priority": "1"}


def make_rule(name: str = "Urgent", trigger: str = "opened", **fields: Any) -> AutomationRule:
    """In use, and makes a new ticket urgent, unless said otherwise."""
    usual = {"is_enabled": True, "trigger": trigger, "deeds": URGENT}
    if trigger == "time":
        usual["every_minutes"] = 5
    return create_rule({"name": name, **usual, **fields}, actor=None)
