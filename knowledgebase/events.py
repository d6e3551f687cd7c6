"""What can happen to an article. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class ArticleWritten(DomainEvent):
    name: ClassVar[str] = "article.written"
    sentence: ClassVar[str] = _("wrote the article")


@event
@dataclass(frozen=True)
class ArticleChanged(DomainEvent):
    name: ClassVar[str] = "article.changed"
    sentence: ClassVar[str] = _("changed {fields}")
    fields: str


@event
@dataclass(frozen=True)
class ArticlePublished(DomainEvent):
    name: ClassVar[str] = "article.published"
    sentence: ClassVar[str] = _("published the article")
    visibility: str


@event
@dataclass(frozen=True)
class ArticleWithdrawn(DomainEvent):
    name: ClassVar[str] = "article.withdrawn"
    sentence: ClassVar[str] = _("made the article a draft again")


@event
@dataclass(frozen=True)
class ArticleArchived(DomainEvent):
    name: ClassVar[str] = "article.archived"
    sentence: ClassVar[str] = _("archived the article")
