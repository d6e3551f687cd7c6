"""The error an action raises when a rule says no."""

from collections.abc import Mapping
from typing import Any


class RuleError(Exception):
    """A rule refused what was asked.

    message: a kind, translated sentence for the person who asked.
    field: form field it belongs beside, or None for the whole form.
    status: HTTP status a door without a form answers with.
    """

    message: Any = ""
    field: str | None = None
    status = 409

    def __init__(self, message: Any = "", *, field: str | None = None) -> None:
        self.message = message or self.message
        self.field = field or self.field
        super().__init__(str(self.message))


class StaleVersion(RuleError):
    """Somebody else saved the record since the form was opened.

    theirs: field name -> value now stored, for the fields that really conflict.
    """

    def __init__(self, theirs: Mapping[str, Any], message: Any = "") -> None:
        super().__init__(message)
        self.theirs = dict(theirs)
