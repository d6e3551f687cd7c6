"""The help pages: what customers, and everybody else, may read. Open without signing in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.highlights import marked
from core.text import is_key
from knowledgebase import permissions
from knowledgebase.markdown import render_article
from knowledgebase.models import Article, ArticleCategory

SHELVES, NEWEST, FOUND, SHELF, RELATED = 60, 6, 30, 300, 4
WORDS = 200  # characters of a search


@login_not_required
@require_GET
@never_cache
def portal_index(request: HttpRequest) -> HttpResponse:
    """The shelves with their articles; with ?q= what was found, with ?shelf= one shelf whole."""
    words, shelf = request.GET.get("q", "")[:WORDS].strip(), request.GET.get("shelf", "")
    readable = _readable(request)
    context: dict[str, Any] = {"words": words}
    if words:
        context |= _found(readable, words)
    elif is_key(shelf):
        rows = list(readable.filter(category=int(shelf))[:SHELF])
        context |= {"shelf": rows[0].category if rows else None, "rows": rows}
    else:
        newest = readable.order_by("-published_at", "pk")[:NEWEST]
        context |= {"shelves": _shelves(readable), "newest": newest}
    return render(request, "knowledgebase/portal_index.html", context)


def _readable(request: HttpRequest) -> Any:
    """What customers read; staff sees the same page as they do."""
    rows = Article.objects.visible_to(request.user).published().exclude(visibility="staff")
    return rows.select_related("category").defer("body", "words")


def _found(readable: Any, words: str) -> dict[str, Any]:
    rows = list(readable.search(words).with_passage(words)[: FOUND + 1])
    hits = [(article, marked(article.passage)) for article in rows[:FOUND]]
    return {"hits": hits, "is_cut": len(rows) > FOUND}


def _shelves(readable: Any) -> list[ArticleCategory]:
    """Those that hold anything for this reader; each with article_count."""
    counted = Count("articles", filter=Q(articles__in=readable.values("pk")))
    rows = ArticleCategory.objects.annotate(article_count=counted)
    return list(rows.filter(article_count__gt=0).order_by("position", "name")[:SHELVES])


@login_not_required
@require_GET
@never_cache
def portal_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One article. Any other slug leads to the right address."""
    rows = Article.objects.visible_to(request.user).published().exclude(visibility="staff")
    article = get_object_or_404(rows.select_related("category").defer("words"), pk=pk)
    if slug != article.slug:
        return redirect(article.help_url, permanent=article.visibility == "public")
    others = _readable(request).filter(category=article.category_id).exclude(pk=article.pk)
    context = {
        "article": article,
        "rendered": render_article(article.body),
        "related": others[:RELATED],
        "can_edit": permissions.can_edit_article(request.user, article),
    }
    return render(request, "knowledgebase/portal_detail.html", context)
