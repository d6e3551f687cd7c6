"""Texts that PostgreSQL, its dumps and its replicas hold only as ciphertext."""

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import lookups


class CannotDecrypt(Exception):
    """None of FIELD_KEYS fits what is stored."""


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class EncryptedTextField(models.TextField):
    """Encrypted with the first of settings.FIELD_KEYS, read with any of them; "" stays "".

    It cannot be searched: the same text is another ciphertext each time.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Text to ciphertext."""
        if value is None or value == "":
            return value
        return _box(tuple(settings.FIELD_KEYS)).encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        """Ciphertext to text. Raises CannotDecrypt rather than show ciphertext."""
        if not value:
            return value
        try:
            return _box(tuple(settings.FIELD_KEYS)).decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise CannotDecrypt("None of FIELD_KEYS fits this value.") from error

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is one."""
        if lookup_name != "isnull":
            raise FieldError("An encrypted text cannot be searched.")
        return lookups.IsNull
