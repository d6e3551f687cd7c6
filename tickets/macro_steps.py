"""The steps of a macro: read from what is stored, and checked for their order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.macro_kind import Kind, StepRefused
from tickets.macro_kinds import (
    AddNote,
    Assign,
    Reply,
    SetCategory,
    SetPriority,
    SetStatus,
    SetTeam,
)
from tickets.macro_marks import AddTag, RemoveTag, Snooze
from tickets.models import Status

# As they are offered. A new kind is one class and its place here.
ORDER: tuple[type[Kind], ...] = (
    SetStatus,
    SetPriority,
    SetCategory,
    SetTeam,
    Assign,
    AddTag,
    RemoveTag,
    Snooze,
    AddNote,
    Reply,
)
KINDS: dict[str, Kind] = {kind.key: kind() for kind in ORDER}


@dataclass(frozen=True)
class Step:
    """One step of a macro. number counts from 1."""

    number: int
    kind: Kind
    value: str

    def refused(self, why: object) -> StepRefused:
        """Why it cannot be done, with its place in the macro."""
        words = {"number": self.number, "step": self.kind.label, "why": why}
        return StepRefused(_("Step %(number)s, %(step)s: %(why)s") % words)

    def target(self, user: Any) -> Any:
        """What it names, for this person. Raises StepRefused with the place."""
        try:
            return self.kind.target(self.value, user)
        except StepRefused as error:
            raise self.refused(error.message) from error

    def short(self) -> str:
        """What it does, without asking the database."""
        if self.kind.is_text:
            return f"{self.kind.label}: {Truncator(self.value).chars(40)}"
        return str(self.kind.label)


def read_steps(stored: Any) -> list[Step]:
    """The steps of a macro. Raises StepRefused for what is none."""
    if not isinstance(stored, list):
        raise StepRefused(_("This macro has no steps."))
    steps = []
    for number, row in enumerate(stored, 1):
        key = row.get("do") if isinstance(row, dict) else None
        value = row.get("value") if isinstance(row, dict) else None
        if not isinstance(key, str) or key not in KINDS or not isinstance(value, str):
            raise StepRefused(_("Step %(number)s is of no known kind.") % {"number": number})
        steps.append(Step(number, KINDS[key], value))
    return steps


def check_order(steps: Sequence[Step]) -> None:
    """Raise StepRefused for steps that cannot be done one after the other, on any ticket."""
    done: set[str] = set()
    for step in steps:
        if step.kind.is_once and step.kind.key in done:
            raise step.refused(gettext("A macro does this once."))
        done.add(step.kind.key)
        if {SetStatus.key, Snooze.key} <= done:
            raise step.refused(gettext("Snoozing sets the state itself; a macro does one of them."))
        if step.kind.key != SetStatus.key:
            continue
        if step.value == Status.RESOLVED and Reply.key not in done:
            raise step.refused(
                gettext("A reply must come before it; it says what fixed the problem.")
            )
        if step.value == Status.CLOSED and Reply.key in done:
            raise step.refused(
                gettext("A reply goes out later than that, and needs an open ticket.")
            )


def plain_steps(steps: Iterable[Step]) -> list[dict[str, str]]:
    """As they are stored."""
    return [{"do": step.kind.key, "value": step.value} for step in steps]
