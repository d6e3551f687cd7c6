"""Indexes that several apps need."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F
from django.db.models.functions import Upper

from core.lookups import Fold

# Compared as they are stored; all others by icontains, which PostgreSQL sees as upper(…).
EXACT = {"phone", "serial_key"}


def contains_index(*fields: str, name: str) -> GinIndex:
    """Trigrams of these texts: `icontains` (or `contains`, for EXACT) reads no other rows.

    One index for all of them: an OR of several is then one look as well.
    """
    parts = [F(field) if field in EXACT else Upper(field) for field in fields]
    return _trigrams(parts, name)


def folded_index(*fields: str, name: str) -> GinIndex:
    """The same for `has`, which looks past case and accents."""
    parts = [F(field) if field in EXACT else Fold(F(field)) for field in fields]
    return _trigrams(parts, name)


def _trigrams(parts: list[F | Upper] | list[F | Fold], name: str) -> GinIndex:
    return GinIndex(*(OpClass(part, name="gin_trgm_ops") for part in parts), name=name)
