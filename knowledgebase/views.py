"""Pages of articles, for staff. Doors only; rules are in actions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.models import EventRecord
from core.pages import Column, EditPage, ListPage
from core.permissions import require
from core.submissions import made_before, once
from knowledgebase import actions, permissions
from knowledgebase.filters import ArticleCategoryFilter, ArticleFilter
from knowledgebase.forms import PUBLISHED_FOR, ArticleCategoryForm, ArticleForm
from knowledgebase.markdown import render_article
from knowledgebase.models import (
    BODY_LENGTH,
    MOVES,
    Article,
    ArticleCategory,
    ArticleRevision,
    Visibility,
)

HISTORY_LIMIT, REVISIONS = 20, 50


class Index(ListPage):
    """Every article the reader may see."""

    model, filterset, template, sort = Article, ArticleFilter, "knowledgebase/index.html", "title"
    columns = [
        Column("title", gettext_lazy("Title"), "title"),
        Column("category", gettext_lazy("Category"), "category__name", "category.name"),
        Column("status", gettext_lazy("Status"), "status"),
        Column("visibility", gettext_lazy("Readers"), "visibility"),
        Column("updated", gettext_lazy("Changed"), "updated_at", "updated_at", "num"),
    ]

    def rows(self) -> models.QuerySet:
        return super().rows().select_related("category").defer("body", "plain", "words")

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            "can_write": permissions.can_write_article(user),
            "can_shelve": permissions.can_change_categories(user),
        }


def article_for(request: HttpRequest, pk: int, *, lock: bool = False) -> Article:
    """The article among those the person may read; else 404."""
    rows = Article.objects.visible_to(request.user).defer("words")
    if lock:
        return get_object_or_404(rows.select_for_update(), pk=pk)
    return get_object_or_404(rows.select_related("category", "owner"), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The article as it reads, and what can be done with it."""
    article, user = article_for(request, pk), request.user
    history = EventRecord.objects.filter(
        subject_type="knowledgebase.article", subject_id=article.pk
    )
    may_move = permissions.can_publish(user, article)
    context = {
        "article": article,
        "rendered": render_article(article.body),
        "products": article.products.all(),
        "history": history.order_by("-pk")[:HISTORY_LIMIT],
        "can_edit": permissions.can_edit_article(user, article),
        "can_write": permissions.can_write_article(user),
        "moves": MOVES[article.status] if may_move else set(),
    }
    return render(request, "knowledgebase/detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Write a new article; it is a draft first."""
    require(permissions.can_write_article(request.user))
    made = made_before(request)
    if made is not None:
        return redirect(made)
    form = ArticleForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made, _is_new = once(
                form.submission,
                lambda: actions.write_article(
                    form.values, products=form.product_changes["add"], actor=request.user
                ),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Saved as a draft. Publish it when it is right."))
            return redirect(made)
    return _show_form(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an article; the second of two savers meets the conflict page."""
    with transaction.atomic():
        stored = article_for(request, pk, lock=request.method == "POST")
        require(permissions.can_edit_article(request.user, stored))
        form = ArticleForm(request.POST or None, instance=stored, user=request.user)
        if request.method == "POST" and form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=stored.get_absolute_url())
            try:
                actions.edit_article(
                    stored, form.values, **form.product_changes, actor=request.user
                )
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Changes saved."))
                return redirect(stored)
    return _show_form(request, form, article_for(request, pk))


def _show_form(request: HttpRequest, form: ArticleForm, article: Article | None) -> HttpResponse:
    body = str(form["body"].value() or "")[:BODY_LENGTH]
    context = {"form": form, "article": article, "rendered": render_article(body)}
    status = 422 if request.method == "POST" else 200
    return render(request, "knowledgebase/edit.html", context, status=status)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The text somebody is writing, as it will read."""
    require(permissions.can_write_article(request.user))
    body = request.POST.get("body", "")[:BODY_LENGTH]
    return render(request, "knowledgebase/_preview.html", {"rendered": render_article(body)})


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let its readers read it."""
    moved = _move(request, pk, actions.publish_article)
    messages.success(request, str(PUBLISHED_FOR[Visibility(moved.visibility)]))
    return redirect(moved)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it a draft again."""
    moved = _move(request, pk, actions.withdraw_article)
    messages.success(request, _("It is a draft again; only the desk sees it."))
    return redirect(moved)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away."""
    moved = _move(request, pk, actions.archive_article)
    messages.success(request, _("“%(title)s” is archived.") % {"title": moved})
    return redirect(moved)


def _move(request: HttpRequest, pk: int, action: Callable[..., Article]) -> Article:
    article = article_for(request, pk)
    require(permissions.can_publish(request.user, article))
    return action(article, actor=request.user)


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text it had, newest first."""
    article = article_for(request, pk)
    require(permissions.can_write_article(request.user))
    revisions = list(article.revisions.all()[: REVISIONS + 1])  # type: ignore[attr-defined]
    context = {
        "article": article,
        "revisions": revisions[:REVISIONS],
        "is_cut": len(revisions) > REVISIONS,
        "can_edit": permissions.can_edit_article(request.user, article),
    }
    return render(request, "knowledgebase/history.html", context)


@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take an earlier text back, as the newest one."""
    article = article_for(request, pk)
    require(permissions.can_edit_article(request.user, article))
    revision = get_object_or_404(ArticleRevision, article=article, number=number)
    actions.restore_revision(revision, actor=request.user)
    messages.success(request, _("The text is as it was in version %(n)s.") % {"n": number})
    return redirect(article)


class Categories(ListPage):
    """The shelves, in their order."""

    model, filterset = ArticleCategory, ArticleCategoryFilter
    template, sort = "knowledgebase/categories.html", "position"
    columns = [
        Column("name", gettext_lazy("Name"), "name"),
        Column("articles", gettext_lazy("Articles"), "article_count", "article_count", "num"),
        Column("position", gettext_lazy("Position"), "position", css="num"),
    ]

    def rows(self) -> models.QuerySet:
        readable = Article.objects.visible_to(self.request.user).values("pk")
        counted = models.Count("articles", filter=models.Q(articles__in=readable))
        return super().rows().annotate(article_count=counted)

    def context(self) -> dict[str, Any]:
        return {"can_edit": permissions.can_change_categories(self.request.user)}


class CategoryEdit(EditPage):
    """Adds or changes a shelf."""

    model, form, template = ArticleCategory, ArticleCategoryForm, "knowledgebase/category_edit.html"
    allowed = permissions.can_change_categories
