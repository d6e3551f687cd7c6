"""Home, readiness and the error pages."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from core.decorators import for_everyone
from core.health import measure
from core.models import Delivery, EventRecord, Heartbeat


@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to the page it works in."""
    user: Any = request.user
    if user.is_customer:
        return redirect("tickets:portal_home")
    if user.is_technician and not user.is_desk:
        return redirect("tickets:field_today")
    if user.is_sales and not user.is_desk:
        return redirect("customers:index")
    return redirect("tickets:index")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the database answers, background work moves and nothing waits too long."""
    now = timezone.now()
    figures: dict[str, int] = {}
    warnings: list[str] = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beat = Heartbeat.objects.filter(name="worker").first()
        checks = {
            "database": True,
            "worker": beat is not None and now - beat.seen_at < timedelta(minutes=2),
            "events": not EventRecord.objects.filter(
                dispatched_at=None, occurred_at__lt=now - timedelta(minutes=2)
            ).exists(),
            "deliveries": not Delivery.objects.filter(
                done_at=None, failed_at=None, next_attempt_at__lt=now - timedelta(minutes=5)
            ).exists(),
        }
        figures, warnings = measure()
    except Exception:  # any failure of the database means not ready; the reason is not shown
        checks = {"database": False}
    ready = all(checks.values())
    answer = {"ready": ready, "checks": checks, "figures": figures, "warnings": warnings}
    return JsonResponse(answer, status=200 if ready else 503)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 in static words."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in static words."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in static words: the path asked for is never shown (A43)."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 in static words, without context processors that could fail again."""
    return render(request, "500.html", status=500)
