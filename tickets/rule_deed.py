"""What every deed of a rule has in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from core.errors import RuleError
from tickets.models import Ticket
from tickets.rule_known import NOTHING_KNOWN, Known, Named


class DeedRefused(RuleError):
    """A deed names something that is not, or cannot be done to this ticket."""

    status = 422


class Deed(ABC):
    """One kind of thing to do. Instances hold nothing.

    most_per_hour: of one rule on one ticket; more than that is a loop.
    """

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str]
    most_per_hour: ClassVar[int] = 10

    @property
    def name(self) -> str:
        """Of its field in the form."""
        return f"do_{self.key}"

    @abstractmethod
    def fields(self) -> dict[str, forms.Field]:
        """How it is typed. Names begin with its own."""

    def field_names(self) -> list[str]:
        """Names of its fields, without asking for what can be chosen."""
        return [self.name]

    def read(self, typed: Mapping[str, Any]) -> Any:
        """What was typed, as it is kept; None when the rule does not do this."""
        return typed.get(self.name) or None

    def shown(self, value: Any) -> dict[str, Any]:
        """What is kept, as the form shows it."""
        return {self.name: value}

    def named(self, value: Any) -> Named:
        """Keys of the rows it names, by kind (see tickets/rule_known.py)."""
        return {}

    @abstractmethod
    def target(self, value: Any, known: Known = NOTHING_KNOWN) -> Any:
        """What the value names, now. Raises DeedRefused when it is gone.

        known: rows that were fetched for many rules at once; others are asked for.
        """

    @abstractmethod
    def words(self, target: Any) -> str:
        """It, in words."""

    def changes(self, ticket: Ticket, target: Any) -> bool:
        """Whether the ticket would be another one afterwards."""
        return True

    def hindrance(self, ticket: Ticket, target: Any) -> str:
        """Why it cannot be done to this ticket, in words; "" when it can."""
        return ""

    @abstractmethod
    def act(self, ticket: Ticket, target: Any) -> object:
        """Do it. Raises the errors of its action."""
