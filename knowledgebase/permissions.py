"""Who may do what with an article they can see."""

from typing import Any

from knowledgebase.models import Article, Visibility


def can_write_article(user: Any) -> bool:
    """The desk writes."""
    return bool(user.is_authenticated and user.is_desk)


def can_publish_for(user: Any, visibility: str) -> bool:
    """Agents publish for colleagues; what leaves the house needs a manager."""
    return bool(can_write_article(user) and (user.is_manager or visibility == Visibility.STAFF))


def can_publish(user: Any, article: Article) -> bool:
    """Publish, and take back what is published."""
    return can_publish_for(user, article.visibility)


def can_edit_article(user: Any, article: Article) -> bool:
    """The desk edits drafts; a published text changes under the rule it was published by."""
    if article.is_published:
        return can_publish(user, article)
    return can_write_article(user)


def can_change_categories(user: Any, category: Any = None) -> bool:
    """Managers order the shelves."""
    return bool(user.is_manager)
