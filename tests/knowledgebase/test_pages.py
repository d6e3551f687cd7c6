"""The desk's pages of articles."""

import re

import pytest

from core.models import EventRecord
from knowledgebase.models import Article, ArticleCategory
from tests.factories.articles import make_article, make_shelf
from tests.factories.work import make_product

pytestmark = pytest.mark.django_db


def typed(**changes):
    fields = {"title": "Title", "body": "Text", "visibility": "staff", "category": make_shelf().pk}
    return {**fields, **changes}


def test_an_agent_writes_a_draft(agent, client_of):
    product = make_product()
    answer = client_of(agent).post("/articles/new/", typed(products=[product.pk]))
    article = Article.objects.get()
    assert answer.url == f"/articles/{article.pk}/"
    assert (article.status, list(article.products.all())) == ("draft", [product])


def test_the_same_form_sent_twice_is_one_article(agent, client_of):
    desk = client_of(agent)
    key = desk.get("/articles/new/").context["form"]["once_key"].value()
    for _ in range(2):
        desk.post("/articles/new/", typed(once_key=key))
    assert Article.objects.count() == 1


def test_a_mistake_is_named_beside_the_field_and_the_words_stay(agent, client_of):
    answer = client_of(agent).post("/articles/new/", typed(title="", body="My long text"))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"title"}
    assert b"My long text</textarea>" in answer.content


def test_only_blanks_are_no_text(agent, client_of):
    answer = client_of(agent).post("/articles/new/", typed(body=" \n "))
    assert answer.status_code == 422
    assert not Article.objects.exists()


def test_two_editors_meet_on_the_conflict_page(agent, manager, client_of):
    article = make_article(body="First.", visibility="staff")
    desk, lead = client_of(agent), client_of(manager)
    page = f"/articles/{article.pk}/edit/"
    opened = desk.get(page).context["form"]["opened"].value()
    lead.post(page, typed(title=article.title, body="Hers.", opened=opened))
    answer = desk.post(page, typed(title=article.title, body="Mine.", opened=opened))
    assert answer.status_code == 409
    assert b"Hers." in answer.content
    assert b"Mine." in answer.content
    article.refresh_from_db()
    assert article.body == "Hers."


def test_the_conflict_page_remembers_which_products_were_taken_away(agent, manager, client_of):
    one, two = make_product(), make_product()
    article = make_article(body="First.", visibility="staff", products=[one, two])
    page, desk = f"/articles/{article.pk}/edit/", client_of(agent)
    form = desk.get(page).context["form"]
    opened, shown = form["opened"].value(), form["products_shown"].value()
    both = {"products": [one.pk, two.pk], "products_shown": shown, "opened": opened}
    client_of(manager).post(page, typed(title=article.title, body="Hers.", **both))
    mine = typed(title=article.title, body="Mine.", opened=opened, products=[one.pk])
    conflict = desk.post(page, mine | {"products_shown": shown})
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"',
                           conflict.content.decode()))  # fmt: skip
    assert sent["products_shown"] == shown
    desk.post(page, mine | sent | {"keep_body": "mine"})
    article.refresh_from_db()
    assert (article.body, list(article.products.all())) == ("Mine.", [one])


def test_a_product_somebody_else_added_meanwhile_stays(agent, manager, client_of):
    one, two = make_product(), make_product()
    article = make_article(visibility="staff")
    page = f"/articles/{article.pk}/edit/"
    for user, product in ((manager, one), (agent, two)):
        client_of(user).post(page, typed(title=article.title, products=[product.pk]))
    assert set(article.products.all()) == {one, two}
    client_of(agent).post(page, typed(title=article.title, products_shown=one.pk))
    assert set(article.products.all()) == {two}


@pytest.mark.parametrize(
    ("visibility", "status"), [("staff", 302), ("customers", 403), ("public", 403)]
)
def test_what_leaves_the_house_is_published_by_a_manager(visibility, status, agent, manager, client_of):  # fmt: skip # noqa: E501
    article = make_article(visibility=visibility, is_published=False)
    page = f"/articles/{article.pk}/publish/"
    assert client_of(agent).post(page).status_code == status
    article.refresh_from_db()
    assert article.is_published == (status == 302)
    if status == 403:
        assert client_of(manager).post(page).status_code == 302


def test_an_agent_cannot_widen_what_is_published_nor_change_what_customers_read(agent, client_of):
    desk = client_of(agent)
    inner, outer = make_article(visibility="staff"), make_article(visibility="public")
    answer = desk.post(f"/articles/{inner.pk}/edit/", typed(visibility="public"))
    assert answer.status_code == 422
    assert "visibility" in answer.context["form"].errors
    assert desk.get(f"/articles/{outer.pk}/edit/").status_code == 403
    for page in ("withdraw", "archive"):
        assert desk.post(f"/articles/{outer.pk}/{page}/").status_code == 403


def test_a_page_that_is_old_is_told_so(manager, client_of):
    article = make_article()
    answer = client_of(manager).post(f"/articles/{article.pk}/publish/")
    assert answer.status_code == 409
    assert "cannot become" in answer.content.decode()


def test_an_earlier_text_comes_back(agent, client_of):
    article = make_article(body="First.", visibility="staff")
    desk = client_of(agent)
    desk.post(f"/articles/{article.pk}/edit/", typed(title=article.title, body="Second."))
    assert b"Take version 1 back" in desk.get(f"/articles/{article.pk}/history/").content
    desk.post(f"/articles/{article.pk}/history/1/restore/")
    article.refresh_from_db()
    assert article.body == "First."
    assert desk.post(f"/articles/{article.pk}/history/9/restore/").status_code == 404


def test_the_preview_reads_as_the_article_will(agent, alice, client_of):
    answer = client_of(agent).post("/articles/preview/", {"body": "**Bold** <script>"})
    assert b"<strong>Bold</strong> &lt;script&gt;" in answer.content
    assert client_of(alice).post("/articles/preview/", {"body": "x"}).status_code == 403


def test_technicians_read_what_is_published_and_no_draft(alice, client_of):
    field = client_of(alice)
    assert field.get(f"/articles/{make_article(visibility='staff').pk}/").status_code == 200
    assert field.get(f"/articles/{make_article(is_published=False).pk}/").status_code == 404
    assert field.get("/articles/new/").status_code == 403


def test_the_list_filters(agent, client_of):
    make_article("One", shelf="Printing")
    make_article("Two", visibility="staff", shelf="Network")
    desk = client_of(agent)

    def shown(query):
        return [a.title for a in desk.get(f"/articles/?{query}").context["rows"]]

    assert shown("") == ["One", "Two"]
    assert shown("visibility=staff") == ["Two"]
    assert shown(f"category={make_shelf('Printing').pk}") == ["One"]
    assert shown("q=two") == ["Two"]
    assert shown("status=draft") == []


def test_managers_order_the_shelves(manager, agent, client_of):
    lead = client_of(manager)
    fields = {"name": " Till  ", "about": "", "icon": "credit-card", "position": "5"}
    assert lead.post("/articles/categories/new/", fields).status_code == 302
    shelf = ArticleCategory.objects.get(name="Till")
    assert EventRecord.objects.filter(subject_id=shelf.pk, name="record.created").exists()
    again = lead.post("/articles/categories/new/", {**fields, "name": "TILL"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])
    assert client_of(agent).get("/articles/categories/new/").status_code == 403


def test_the_number_of_a_shelf_counts_what_its_reader_sees(alice, client_of):
    make_article(shelf="Printing")
    make_article(shelf="Printing", is_published=False)
    rows = client_of(alice).get("/articles/categories/").context["rows"]
    assert {row.name: row.article_count for row in rows}["Printing"] == 1
