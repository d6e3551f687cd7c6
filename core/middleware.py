"""What happens to every request: health, cleaning, audience, the reader's zone, rule errors."""

import zoneinfo
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation

from core.errors import RuleError

GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthCheckMiddleware:
    """Answer /healthz before hosts, sessions or the database are looked at."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        return self.get_response(request)


class CleanInputMiddleware:
    """Refuse NUL in a path or query with 400: PostgreSQL cannot store it (A45).

    Form fields refuse NUL themselves, beside the field.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("Bad request", content_type="text/plain")
        if request.method not in {"GET", "HEAD", "POST", "OPTIONS"}:
            return HttpResponse(status=405)
        return self.get_response(request)


class AudienceMiddleware:
    """Closed by default: /portal/ is for customers, /field/ for technicians, the rest for staff.

    A page of another audience answers 404, as if it were not there. Views marked
    @login_not_required and those marked audience = "everyone" are open to all who may see them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        if getattr(view, "audience", None) == "everyone" or not request.user.is_authenticated:
            return None
        path, user = request.path, request.user
        if path.startswith("/accounts/"):
            return None
        if path.startswith("/portal/"):
            allowed = user.is_customer
        elif path.startswith("/field/"):
            allowed = user.is_technician
        elif path.startswith("/admin/"):
            allowed = user.is_staff
        else:
            allowed = user.is_staff_member
        if not allowed:
            raise Http404
        return None


class ReaderMiddleware:
    """Show times in the reader's zone and words in the reader's language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
            translation.activate(user.locale)
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)


class RuleErrorMiddleware:
    """A rule that refused outside a form becomes a page that says so, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RuleError):
            return render(request, "rule_error.html", {"error": error}, status=error.status)
        return None
