"""What a kind of step of a macro is. tickets.macro_kinds and tickets.macro_marks have them all.

A step is stored as {"do": key, "value": text}. The value names its target as it was when the macro
was written; target() finds it again, or says that it is gone. Everything a step does goes through
the action its form calls, with the permission that form asks for.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise

from core.errors import RuleError
from core.text import is_key
from tickets.models import Ticket

if TYPE_CHECKING:
    from tickets.macro_steps import Step

OFFERED = 500  # of one list
Choices = list[tuple[str, Any]]


class StepRefused(RuleError):
    """A step cannot be kept, or cannot be done."""

    field = "steps"
    status = 422


@dataclass
class Run:
    """One macro on one ticket. seen: key of the newest message its page showed, or None.

    later: the steps after this one. riding: the state that goes with this run's reply.
    """

    ticket: Ticket
    user: Any
    seen: int | None = None
    later: "Sequence[Step]" = ()
    riding: str = ""


class Kind(ABC):
    """One kind of step. Instances hold nothing."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str]
    is_text: ClassVar[bool] = False  # typed, not chosen
    is_once: ClassVar[bool] = True  # at most one in a macro

    def options(self, user: Any) -> Choices:
        """What can be chosen while a macro is written; not for is_text."""
        return []

    @abstractmethod
    def target(self, value: str, user: Any) -> Any:
        """What the value names, for whoever runs it. Raises StepRefused when it is gone."""

    @abstractmethod
    def allowed(self, user: Any, ticket: Ticket, target: Any) -> bool:
        """The permission its form asks for."""

    @abstractmethod
    def words(self, target: Any, ticket: Ticket, user: Any) -> str:
        """What it would do to this ticket, in words."""

    @abstractmethod
    def act(self, run: Run, target: Any) -> object:
        """Do it, through the action its form calls. Raises that action's errors."""

    def reaches(self, value: str, macro: Any) -> bool:
        """Whether everybody who has the macro has what the step names, too."""
        return True


def by_key(rows: Any, value: str) -> Any:
    """The row that a stored value names, or None."""
    return rows.filter(pk=value).first() if is_key(value) else None
