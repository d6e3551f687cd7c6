"""Articles, their categories, and every text they had."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.checks import at_most
from core.models import Versioned
from devices.models import Product
from knowledgebase.querysets import ArticleCategoryQuerySet, ArticleQuerySet

BODY_LENGTH = 100_000
WORDS = r"\S"  # something that can be read


class Visibility(models.TextChoices):
    """Who reads an article once it is published."""

    PUBLIC = "public", _("Everybody")
    CUSTOMERS = "customers", _("Customers who are signed in")
    STAFF = "staff", _("Staff only")


class ArticleStatus(models.TextChoices):
    """Where an article is in its life."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


MOVES: dict[str, set[str]] = {
    ArticleStatus.DRAFT: {ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED},
    ArticleStatus.PUBLISHED: {ArticleStatus.DRAFT, ArticleStatus.ARCHIVED},
    ArticleStatus.ARCHIVED: {ArticleStatus.DRAFT},
}


class ShelfIcon(models.TextChoices):
    """Pictures a shelf can have; names of static/vendor/icons.svg."""

    BOOK = "book-2", _("Book")
    PRINTER = "printer", _("Printer")
    NETWORK = "wifi", _("Network")
    COMPUTER = "device-laptop", _("Computer")
    MAIL = "mail", _("E-mail")
    TILL = "credit-card", _("Till")
    SERVER = "server", _("Server")
    PHONE = "phone", _("Telephone")
    TOOL = "tool", _("Tool")


class ArticleCategory(models.Model):
    """A shelf of the help pages. position: shelves stand in this order."""

    name = models.CharField(_("name"), max_length=80)
    about = models.CharField(
        _("what is in it"),
        max_length=120,
        blank=True,
        help_text=_("A few words, such as: jams, quality, scan to e-mail."),
    )
    icon = models.CharField(_("picture"), max_length=20, choices=ShelfIcon, default=ShelfIcon.BOOK)
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Small numbers come first.")
    )

    objects = ArticleCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("article category")
        verbose_name_plural = _("article categories")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="articlecategory_once"),
            models.CheckConstraint(condition=Q(name__regex=WORDS), name="articlecategory_name"),
            models.CheckConstraint(
                condition=Q(icon__in=ShelfIcon.values), name="articlecategory_icon"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("knowledgebase:categories")


class Article(Versioned):
    """One answer. plain: its words without the marks of Markdown, for searching and snippets;
    the action keeps it. words: filled by PostgreSQL.
    """

    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    plain = models.TextField(editable=False, blank=True)
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility, default=Visibility.STAFF
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ArticleStatus, default=ArticleStatus.DRAFT
    )
    category = models.ForeignKey(
        ArticleCategory, models.PROTECT, related_name="articles", verbose_name=_("category")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="articles", verbose_name=_("products")
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    words = models.GeneratedField(
        expression=Func(F("title"), F("plain"), function="article_words"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        ordering = ["title", "pk"]
        indexes = [
            GinIndex(fields=["words"], name="article_words"),
            GinIndex(OpClass(F("title"), name="gin_trgm_ops"), name="article_title"),
            models.Index(fields=["status", "visibility"], name="article_readers"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=WORDS), name="article_title_given"),
            models.CheckConstraint(
                condition=Q(body__regex=WORDS) & at_most("body", BODY_LENGTH),
                name="article_body_given",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="article_visibility"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ArticleStatus.values), name="article_status"
            ),
            models.CheckConstraint(
                condition=Q(status=ArticleStatus.PUBLISHED, published_at__isnull=False)
                | (~Q(status=ArticleStatus.PUBLISHED) & Q(published_at=None)),
                name="article_published_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("knowledgebase:detail", args=[self.pk])

    @property
    def slug(self) -> str:
        """The title as the address shows it. The number finds the article, whatever it says."""
        return slugify(self.title, allow_unicode=True)[:80].strip("-") or "article"

    @property
    def help_url(self) -> str:
        """Path of the page customers read."""
        return reverse("knowledgebase:portal_detail", args=[self.pk, self.slug])

    @property
    def minutes(self) -> int:
        """How long reading takes, about."""
        return max(1, round(len(self.plain.split()) / 200))

    @property
    def is_published(self) -> bool:
        return bool(self.status == ArticleStatus.PUBLISHED)

    @property
    def is_for_customers(self) -> bool:
        """Whether a customer who is signed in can open it."""
        return self.is_published and self.visibility != Visibility.STAFF


class ArticleRevision(models.Model):
    """The text as somebody saved it. number: 1 is the first text."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("revision of an article")
        verbose_name_plural = _("revisions of articles")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="articlerevision_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="articlerevision_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
