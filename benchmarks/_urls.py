"""The project's addresses and the floor: a constant answer behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from supportdesk.urls import urlpatterns as _ours


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    """What the server and the middleware alone take."""
    return HttpResponse("ok")


floor.audience = "everyone"  # type: ignore[attr-defined]

urlpatterns = [path("__floor/", floor), *_ours]
