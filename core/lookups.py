"""Lookups that PostgreSQL has no word for."""

from typing import Any

from django.db import models
from django.db.models import Func
from django.db.models.lookups import Contains


class Fold(Func):
    """The text in capitals and without accents: "Café" and "CAFE" are the same.

    fold_text comes with core's migrations; it is immutable, so an index can be made of it.
    """

    function = "fold_text"
    output_field = models.TextField()


@models.CharField.register_lookup
@models.TextField.register_lookup
class Has(Contains):
    """`name__has="cafe"` finds "Café": a part of the text, whatever its case and accents."""

    lookup_name = "has"

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> tuple[str, Any]:
        """Both sides are folded by PostgreSQL, so they are folded alike."""
        sql, params = super().process_lhs(compiler, connection, lhs)
        return f"fold_text({sql})", params

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """rhs: the pattern, %word% with its own % and _ escaped."""
        return f"LIKE fold_text({rhs})"
