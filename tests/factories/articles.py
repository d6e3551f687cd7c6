"""Articles for tests, made through the actions."""

from typing import Any

from knowledgebase.actions import publish_article, write_article
from knowledgebase.models import Article, ArticleCategory


def make_shelf(name: str = "Printing") -> ArticleCategory:
    """The shelf of this name; there is one."""
    return ArticleCategory.objects.get_or_create(name=name)[0]


def make_article(
    title: str = "Clear a paper jam",
    body: str = "Open the rear door and pull the paper out.",
    visibility: str = "public",
    *,
    products: Any = (),
    is_published: bool = True,
    actor: Any = None,
    shelf: str = "Printing",
) -> Article:
    """Published, unless said otherwise."""
    values = {
        "title": title,
        "body": body,
        "visibility": visibility,
        "category": make_shelf(shelf),
    }
    article = write_article(values, products=products, actor=actor)
    return publish_article(article, actor=actor) if is_published else article
