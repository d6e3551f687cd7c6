"""Small helpers for views."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from core.errors import RuleError


def client_ip(request: HttpRequest) -> str:
    """Address of the caller as the outermost trusted proxy saw it.

    With TRUSTED_PROXIES = 0 the forwarded headers are never read (ATTACKS A02).
    """
    count = settings.TRUSTED_PROXIES
    remote = request.META.get("REMOTE_ADDR", "")
    if not count:
        return remote
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    chain = [part for part in chain if part]
    return chain[-count] if len(chain) >= count else remote


def add_rule_error(form: BaseForm, error: RuleError) -> None:
    """Put the sentence of a refused rule beside its field, or on the whole form."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(error.message))


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (a boosted link wants the whole page)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def moment_of(text: str, name: str) -> datetime:
    """A moment of an address, with its zone, in UTC; 400 for anything else."""
    try:
        moment = parse_datetime(text)
        if moment is None or moment.tzinfo is None:
            raise BadRequest(f"{name} must be a moment with its zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest(f"{name} must be a moment") from error
