"""Articles for the composer: found by words, the ticket's own product first, put in as a link or
whole. What only colleagues may read does not reach a customer by a slip.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from core.permissions import require
from knowledgebase.models import Article
from knowledgebase.readable import readable_text
from tickets import permissions
from tickets.models import Ticket
from tickets.similar import Problem, helpful_articles

OFFERED = 12
WORDS = 200  # characters


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    """The ticket somebody writes on."""
    rows = Ticket.objects.visible_to(request.user).select_related("device", "technician")
    ticket = get_object_or_404(rows, pk=pk)
    require(permissions.can_note(request.user, ticket))
    return ticket


@require_GET
def article_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Articles that match what is typed; without words those that fit the ticket."""
    ticket, words = _ticket(request, pk), request.GET.get("q", "")[:WORDS].strip()
    context = {
        "ticket": ticket,
        "words": words,
        "articles": _by_words(request, words) if words else _fitting(request, ticket),
    }
    return render(request, "tickets/_article_found.html", context)


def _by_words(request: HttpRequest, words: str) -> list[Article]:
    rows = Article.objects.visible_to(request.user).published().search(words)
    return list(rows.defer("body", "words")[:OFFERED])


def _fitting(request: HttpRequest, ticket: Ticket) -> list[Article]:
    product = ticket.device.product_id if ticket.device else None
    problem = Problem(ticket.subject, ticket.description, product, but=ticket.pk)
    return helpful_articles(problem, request.user)


@require_POST
def article_insert(request: HttpRequest, pk: int, article: int) -> HttpResponse:
    """The text for the composer: title and address, or the whole article.

    Into a public reply goes no address that the customer cannot open, and the text of an internal
    article only when somebody has read the question and says yes.
    """
    _ticket(request, pk)
    rows = Article.objects.visible_to(request.user).published().defer("words")
    found = get_object_or_404(rows, pk=article)
    is_link, is_reply = request.POST.get("as") != "text", request.POST.get("into") != "note"
    context: dict[str, Any] = {"article": found, "ticket_pk": pk, "is_link": is_link}
    if is_reply and not found.is_for_customers and (is_link or "sure" not in request.POST):
        return render(request, "tickets/_article_refused.html", context, status=200)
    context["text"] = _address(found, is_reply) if is_link else readable_text(found.body)
    return render(request, "tickets/_article_insert.html", context)


def _address(article: Article, is_reply: bool) -> str:
    """Title and address; colleagues get the page of the desk when there is no other."""
    path = article.help_url if article.is_for_customers else article.get_absolute_url()
    return f"{article.title}: {settings.SITE_URL}{path}"
