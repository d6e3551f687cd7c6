"""Why an article cannot be stored or moved."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class TextMissing(RuleError):
    """An article without words."""

    message = _("Write the text.")
    field = "body"
    status = 422


class ArticleMoveNotAllowed(RuleError):
    """Somebody else was faster, or the page is old."""


class CategoryTaken(RuleError):
    """Two shelves of one name."""

    message = _("There is a category of this name already.")
    field = "name"
