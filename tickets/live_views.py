"""What an open ticket page asks for while it stands: who is here, and what is new."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from tickets.models import Ticket
from tickets.presence import people_on


@require_GET
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """Colleagues on the ticket."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    context = {"ticket": ticket, "here": people_on(ticket.pk, but=request.user.pk)}
    return render(request, "tickets/_here.html", context)
