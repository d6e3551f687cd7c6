"""The page somebody sees after too many wrong passwords."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def respond(request: HttpRequest, credentials: dict, *args, **kwargs) -> HttpResponse:
    """429 with a plain explanation; says nothing about whether the account exists."""
    return render(request, "429.html", status=429)
