"""What every action that stores typed values does: check the fields, translate refusals."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class InvalidValue(RuleError):
    """A value its field does not take."""

    message = _("Check this value.")
    status = 422


def parsed(field: models.Field, value: Any) -> Any:
    """The value in the field's own type. Raises InvalidValue, naming the field."""
    try:
        return field.to_python(value)
    except ValidationError as error:
        raise InvalidValue(error.messages[0], field=field.name) from error


def check_fields(instance: models.Model, *, exclude: Iterable[str] = ()) -> None:
    """Raise InvalidValue, naming the first bad field, unless every value fits its field.

    Only the shape is checked; uniqueness and the like are the database's business.
    """
    try:
        instance.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        name, words = next(iter(error.message_dict.items()))
        raise InvalidValue(words[0], field=name) from error


@contextmanager
def refusing(refusals: Mapping[str, RuleError]) -> Iterator[None]:
    """Save inside; a violated constraint becomes the RuleError of its name.

    refusals: part of the constraint's name -> error. Any other violation stays what it is.
    Works when two people save at once, because the database decides.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        for part, refusal in refusals.items():
            if part in name:
                raise refusal from error
        raise


def field_of(model: type[models.Model] | models.Model, name: str) -> models.Field:
    """The column of that name, never the far end of somebody's foreign key."""
    return cast(models.Field, model._meta.get_field(name))


def at_most(field: str, length: int) -> LessThanOrEqual:
    """Condition of a CheckConstraint: the text has at most so many characters."""
    return LessThanOrEqual(Length(field), length)
