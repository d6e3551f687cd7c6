"""What an open ticket page asks for while it stands: who is here, and what is new."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.permissions import require
from core.text import is_key
from tickets.mentions import suggestions
from tickets.models import Ticket
from tickets.news import news_since
from tickets.permissions import can_note
from tickets.presence import people_on


@require_GET
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """Colleagues on the ticket."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    context = {"ticket": ticket, "here": people_on(ticket.pk, but=request.user.pk)}
    return render(request, "tickets/_here.html", context)


@require_GET
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar that says what happened after the event `after`, which the page showed."""
    rows = Ticket.objects.visible_to(request.user).select_related("customer", "requester")
    ticket = get_object_or_404(rows, pk=pk)
    after = request.GET.get("after", "0")
    if not is_key(after):
        raise BadRequest("after must be the key of an event")
    words = news_since(ticket, int(after), user=request.user).words
    return render(request, "tickets/_news.html", {"ticket": ticket, "words": words})


@require_GET
def colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a note may mention, while somebody types after an @."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    require(can_note(request.user, ticket))
    people = suggestions(ticket, request.GET.get("q", ""), but=request.user)
    return render(request, "tickets/_colleagues.html", {"people": people})
