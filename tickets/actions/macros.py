"""Macros: keeping them. tickets.macros runs them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.sharing import change_shared, create_shared
from tickets.macro_kind import StepRefused
from tickets.macro_steps import check_order, plain_steps, read_steps
from tickets.models import Macro
from tickets.models.macro import STEPS_EACH


@transaction.atomic
def create_macro(values: Mapping[str, Any], *, actor: Any) -> Macro:
    """Keep a macro. values: name, owner, team, after, steps (as stored).

    Raises StepRefused and what create_shared raises.
    """
    macro = Macro(**values)
    _check(macro, actor)
    return create_shared(macro, actor=actor)


@transaction.atomic
def change_macro(macro: Macro, changes: Mapping[str, Any], *, actor: Any) -> Macro:
    """Store what differs of the same values."""
    stored = Macro.objects.select_for_update(of=("self",)).get(pk=macro.pk)
    for name, value in changes.items():
        setattr(stored, name, value)
    _check(stored, actor)
    return change_shared(macro, {**changes, "steps": stored.steps}, actor=actor)


def _check(macro: Macro, actor: Any) -> None:
    """Every step must be one that could be done today, by whoever has the macro."""
    steps = read_steps(macro.steps)
    if not 1 <= len(steps) <= STEPS_EACH:
        raise StepRefused(_("A macro has 1 to 20 steps."))
    check_order(steps)
    for step in steps:
        if not (step.kind.key == "assign" and step.value == "me"):  # that is whoever runs it
            step.target(actor)
        if not step.kind.reaches(step.value, macro):
            raise step.refused(_("Not everybody who has the macro has this text."))
    macro.steps = plain_steps(steps)
