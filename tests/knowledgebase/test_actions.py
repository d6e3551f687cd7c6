"""What can be done to an article, and what cannot."""

import pytest
from django.db import IntegrityError, transaction

from core.checks import InvalidValue
from core.models import EventRecord
from knowledgebase.actions import (
    archive_article,
    edit_article,
    publish_article,
    restore_revision,
    withdraw_article,
    write_article,
)
from knowledgebase.errors import ArticleMoveNotAllowed, TextMissing
from knowledgebase.models import Article, ArticleCategory, ArticleRevision
from tests.factories.articles import make_article, make_shelf
from tests.factories.work import make_product

pytestmark = pytest.mark.django_db


def events(article):
    rows = EventRecord.objects.filter(subject_type="knowledgebase.article", subject_id=article.pk)
    return list(rows.order_by("pk").values_list("name", flat=True))


def values(**changes):
    kept = {"title": "Title", "body": "Text", "visibility": "staff", "category": make_shelf()}
    return {**kept, **changes}


def test_a_new_article_is_a_draft_with_its_first_revision(agent):
    article = write_article(values(title=" A\n title "), products=[make_product()], actor=agent)
    assert (article.status, article.title, article.owner) == ("draft", "A title", agent)
    revision = article.revisions.get()
    assert (revision.number, revision.author_name) == (1, agent.name)
    assert events(article) == ["article.written"]
    assert article.products.count() == 1


@pytest.mark.parametrize("body", ["", "  \n ", "\x00\x07"])
def test_an_article_without_words_is_refused(agent, body):
    with pytest.raises(TextMissing):
        write_article(values(body=body), actor=agent)
    assert not Article.objects.exists()


def test_a_title_that_is_too_long_is_refused(agent):
    with pytest.raises(InvalidValue) as refused:
        write_article(values(title="x" * 201), actor=agent)
    assert refused.value.field == "title"


def test_a_changed_text_is_a_revision_and_can_be_taken_back(agent, manager):
    article = make_article(body="First.", actor=agent)
    edit_article(article, {"body": "Second."}, actor=manager)
    edit_article(article, {"visibility": "staff"}, actor=manager)
    assert [r.body for r in article.revisions.all()] == ["Second.", "First."]
    restored = restore_revision(article.revisions.get(number=1), actor=agent)
    assert (restored.body, restored.plain) == ("First.", "First.")
    assert article.revisions.first().number == 3


def test_what_does_not_differ_leaves_no_trace(agent):
    article = make_article(actor=agent)
    before = events(article)
    stored = edit_article(article, {"title": article.title}, actor=agent)
    assert events(article) == before
    assert stored.version == Article.objects.get(pk=article.pk).version == 2  # of publishing


def test_two_people_who_each_add_a_product_both_keep_theirs(agent):
    one, two, three = (make_product() for _ in range(3))
    article = make_article(products=[one], actor=agent)
    edit_article(article, {}, add=[two], actor=agent)
    edit_article(article, {}, add=[three], remove=[one], actor=agent)
    assert set(article.products.all()) == {two, three}
    assert events(article)[-1] == "article.changed"


def test_the_way_of_an_article(agent):
    article = make_article(actor=agent)
    assert article.published_at is not None
    withdrawn = withdraw_article(article, actor=agent)
    assert (withdrawn.status, withdrawn.published_at) == ("draft", None)
    archive_article(article, actor=agent)
    withdraw_article(article, actor=agent)
    publish_article(article, actor=agent)
    assert events(article)[2:] == [
        "article.withdrawn", "article.archived", "article.withdrawn", "article.published",
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["published", "archived"])
def test_it_cannot_become_what_it_is(agent, status):
    article = make_article(actor=agent)
    action = {"published": publish_article, "archived": archive_article}[status]
    if status == "archived":
        archive_article(article, actor=agent)
    with pytest.raises(ArticleMoveNotAllowed):
        action(article, actor=agent)


@pytest.mark.parametrize(
    "bad",
    [
        {"title": " "},
        {"body": " "},
        {"visibility": "nobody"},
        {"status": "lost"},
        {"status": "draft"},
        {"published_at": None},
    ],
)
def test_the_database_refuses_an_impossible_article(bad):
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**bad)


def test_the_database_refuses_two_shelves_of_one_name_and_a_number_twice():
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleCategory.objects.create(name="PRINTING")
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleRevision.objects.create(article=article, number=1, title="x", body="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleCategory.objects.create(name="Other", icon="skull")
