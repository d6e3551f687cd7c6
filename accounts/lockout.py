"""Too many wrong passwords: what is counted, and the page somebody sees then."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.text import normalise_email


def username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The address somebody tries to sign in with, as it is stored; "" when there is none."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not given and request is not None:
        given = request.POST.get("login", "")
    return normalise_email(str(given or ""))[:254]


def respond(request: HttpRequest, credentials: dict, *args: Any, **kwargs: Any) -> HttpResponse:
    """429 with a plain explanation; says nothing about whether the account exists."""
    return render(request, "429.html", status=429)
