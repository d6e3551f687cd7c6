"""The door behind the link in a mail that ends one kind of news."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.actions import stop_news
from notifications.models import WayOut


@csrf_exempt  # mail programs post here by themselves; the key in the address is what allows it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """End one kind of news. Looking changes nothing: scanners open every link (A15)."""
    way = get_object_or_404(WayOut.objects.select_related("user"), key=key)
    is_done = request.method == "POST"
    if is_done:
        stop_news(way)
    context = {"kind": way.get_kind_display(), "is_done": is_done}
    response = render(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
