"""The demo company's articles, from the files in demo/articles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from accounts.models import User
from devices.models import Product
from knowledgebase.markdown import plain_words
from knowledgebase.models import Article, ArticleCategory, ArticleRevision, ArticleStatus

FOLDER = Path(__file__).parent / "articles"
SHELVES = [  # name, what is in it, picture
    ("Printing and scanning", "Jams, quality, labels", "printer"),
    ("Internet and Wi-Fi", "Slow, dropped, restarting", "wifi"),
    ("Computers", "Starting, new colleagues", "device-laptop"),
    ("Tills and card terminals", "Payments, connection", "credit-card"),
    ("Servers and backup", "Storage, power, noise", "server"),
    ("Telephones", "Sound, ringing", "phone"),
    ("For colleagues", "How we work", "book-2"),
]
FIRST_DAYS, STEP_DAYS = 400, 29  # when the first was written, and how long until the next


@dataclass(frozen=True)
class Page:
    """One file."""

    title: str
    shelf: str
    visibility: str
    products: list[str]
    body: str


def read_pages() -> list[Page]:
    """All of the files, in the order of their names."""
    return [_read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.md"))]


def _read(text: str) -> Page:
    title, facts, body = text.split("\n", 2)
    shelf, visibility, products = (part.strip() for part in facts.split("|"))
    names = [name.strip() for name in products.split(",") if name.strip()]
    return Page(title.removeprefix("# "), shelf, visibility, names, body.strip())


def make_library(writers: list[User], *, now: datetime) -> list[Article]:
    """Store the shelves and the articles, published one after the other by turns."""
    shelves = {
        name: ArticleCategory.objects.create(
            name=name, about=about, icon=icon, position=number * 10
        )
        for number, (name, about, icon) in enumerate(SHELVES, 1)
    }
    products = {str(product): product for product in Product.objects.all()}
    articles = []
    for number, page in enumerate(read_pages()):
        at = now - timedelta(days=FIRST_DAYS - STEP_DAYS * number)
        author = writers[number % len(writers)]
        article = Article.objects.create(
            title=page.title,
            body=page.body,
            plain=plain_words(page.body),
            visibility=page.visibility,
            status=ArticleStatus.PUBLISHED,
            published_at=at,
            category=shelves[page.shelf],
            owner=author,
        )
        Article.objects.filter(pk=article.pk).update(created_at=at, updated_at=at)
        article.products.set([products[name] for name in page.products if name in products])
        ArticleRevision.objects.create(
            article=article, number=1, title=page.title, body=page.body,
            author=author, author_name=author.name,
        )  # fmt: skip
        articles.append(article)
    return articles
