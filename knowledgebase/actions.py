"""Everything that can be done to an article. One action, one transaction, one event."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.checks import check_fields, field_of
from core.events import record
from core.text import clean_text, one_line
from devices.models import Product
from knowledgebase.errors import ArticleMoveNotAllowed, TextMissing
from knowledgebase.events import (
    ArticleArchived,
    ArticleChanged,
    ArticlePublished,
    ArticleWithdrawn,
    ArticleWritten,
)
from knowledgebase.markdown import plain_words
from knowledgebase.models import MOVES, Article, ArticleRevision, ArticleStatus

TEXTS = {"title", "body"}


@transaction.atomic
def write_article(
    values: Mapping[str, Any], *, products: Iterable[Product] = (), actor: Any
) -> Article:
    """Keep a new draft. values: title, body (Markdown), visibility, category.

    Raises TextMissing and InvalidValue.
    """
    article = Article(owner=actor, **_clean(values))
    article.plain = plain_words(article.body)
    _check(article)
    article.save()
    article.products.set(products)
    _keep_revision(article, actor)
    record(ArticleWritten(), subject=article, actor=actor)
    return article


@transaction.atomic
def edit_article(
    article: Article,
    changes: Mapping[str, Any],
    *,
    add: Iterable[Product] = (),
    remove: Iterable[Product] = (),
    actor: Any,
) -> Article:
    """Store what differs; a text that differs becomes a revision. Raises as write_article.

    add, remove: products. Two people who each add one both keep theirs.
    """
    stored = Article.objects.select_for_update().get(pk=article.pk)
    cleaned = _clean(changes)
    changed = [name for name, value in cleaned.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, cleaned[name])
    labels = [str(field_of(stored, name).verbose_name) for name in changed]
    if _change_products(stored, set(add), set(remove)):
        labels.append(gettext("products"))
    if not labels:
        return stored
    stored.plain = plain_words(stored.body)
    stored.version += 1
    _check(stored)
    stored.save(update_fields=[*changed, "plain", "version", "updated_at"])
    if TEXTS & set(changed):
        _keep_revision(stored, actor)
    record(ArticleChanged(", ".join(labels)), subject=stored, actor=actor)
    return stored


@transaction.atomic
def restore_revision(revision: ArticleRevision, *, actor: Any) -> Article:
    """Give the article the text it had then, as its newest revision."""
    texts = {"title": revision.title, "body": revision.body}
    return edit_article(revision.article, texts, actor=actor)


@transaction.atomic
def publish_article(article: Article, *, actor: Any) -> Article:
    """Let those it is meant for read it."""
    stored = _moved(article, ArticleStatus.PUBLISHED)
    record(ArticlePublished(stored.visibility), subject=stored, actor=actor)
    return stored


@transaction.atomic
def withdraw_article(article: Article, *, actor: Any) -> Article:
    """Make it a draft again; the page customers had answers 404."""
    stored = _moved(article, ArticleStatus.DRAFT)
    record(ArticleWithdrawn(), subject=stored, actor=actor)
    return stored


@transaction.atomic
def archive_article(article: Article, *, actor: Any) -> Article:
    """Put it away. Nothing is deleted."""
    stored = _moved(article, ArticleStatus.ARCHIVED)
    record(ArticleArchived(), subject=stored, actor=actor)
    return stored


def _moved(article: Article, to: ArticleStatus) -> Article:
    stored = Article.objects.select_for_update().get(pk=article.pk)
    before = ArticleStatus(stored.status)
    if to not in MOVES[before]:
        words = _("An article that is “%(before)s” cannot become “%(to)s”.")
        raise ArticleMoveNotAllowed(words % {"before": before.label, "to": to.label})
    stored.status = to
    stored.published_at = timezone.now() if to == ArticleStatus.PUBLISHED else None
    stored.version += 1
    stored.save(update_fields=["status", "published_at", "version", "updated_at"])
    return stored


def _change_products(article: Article, add: set[Product], remove: set[Product]) -> bool:
    now = set(article.products.all())
    then = (now | add) - remove
    if then == now:
        return False
    article.products.set(then)
    return True


def _keep_revision(article: Article, actor: Any) -> None:
    """The row is locked, or new: the number is free."""
    last = article.revisions.aggregate(last=Max("number"))["last"] or 0  # type: ignore[attr-defined]
    ArticleRevision.objects.create(
        article=article,
        number=last + 1,
        title=article.title,
        body=article.body,
        author=actor,
        author_name=getattr(actor, "name", ""),
    )


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(values)
    if "title" in cleaned:
        cleaned["title"] = one_line(cleaned["title"])
    if "body" in cleaned:
        cleaned["body"] = clean_text(cleaned["body"]).strip()
        if not cleaned["body"]:
            raise TextMissing
    return cleaned


def _check(article: Article) -> None:
    check_fields(article, exclude=["words", "plain", "owner"])
