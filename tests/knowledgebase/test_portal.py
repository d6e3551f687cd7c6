"""The help pages, with and without a sign-in."""

import pytest
from django.test import Client

from tests.factories.articles import make_article, make_shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    return {
        "public": make_article("Open to all", "Toner.", "public", shelf="Open"),
        "customers": make_article("For customers", "Toner.", "customers", shelf="Signed in"),
        "staff": make_article("Secret recipe", "Toner.", "staff", shelf="Hidden shelf"),
        "draft": make_article("Unfinished", "Toner.", "public", is_published=False, shelf="Empty"),
    }


def everywhere(client, articles):
    """All that a reader gets to see of articles, as one text."""
    paths = ["/help/", "/help/?q=toner", *(f"/help/?shelf={a.category_id}" for a in articles.values())]  # fmt: skip # noqa: E501
    return " ".join(client.get(path).content.decode() for path in paths)


def test_nobody_in_particular_reads_what_is_public(articles):
    text = everywhere(Client(), articles)
    assert "Open to all" in text
    for hidden in ("For customers", "Secret recipe", "Unfinished", "Hidden shelf", "Signed in<"):
        assert hidden not in text


def test_a_customer_reads_what_is_for_customers(articles, carol, client_of):
    text = everywhere(client_of(carol), articles)
    assert "For customers" in text
    for hidden in ("Secret recipe", "Unfinished", "Hidden shelf"):
        assert hidden not in text


def test_staff_sees_the_help_pages_as_customers_do(articles, agent, client_of):
    text = everywhere(client_of(agent), articles)
    assert "For customers" in text
    assert "Secret recipe" not in text


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("nobody", {"public": 200, "customers": 404, "staff": 404, "draft": 404}),
        ("carol", {"public": 200, "customers": 200, "staff": 404, "draft": 404}),
        ("agent", {"public": 200, "customers": 200, "staff": 404, "draft": 404}),
    ],
)
def test_what_is_not_meant_for_the_reader_is_not_there(who, statuses, articles, client_of, request):
    client = Client() if who == "nobody" else client_of(request.getfixturevalue(who))
    for key, status in statuses.items():
        assert client.get(articles[key].help_url).status_code == status
        short = client.get(f"/help/{articles[key].pk}/").status_code
        assert short == (404 if status == 404 else (301 if key == "public" else 302))


def test_any_slug_leads_to_the_article(articles):
    answer = Client().get(f"/help/{articles['public'].pk}/anything/")
    assert (
        answer.url == articles["public"].help_url == f"/help/{articles['public'].pk}/open-to-all/"
    )


@pytest.mark.parametrize("title", ["???", "日本語のタイトル", "Ünïcode & <b>", "a" * 200])
def test_every_title_has_an_address(title):
    article = make_article(title)
    assert Client().get(article.help_url).status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "shelf=x", "shelf=99999999999999999999", "shelf=٣", "q=" + "x" * 5000])  # fmt: skip # noqa: E501
def test_bad_addresses_are_no_error(query, articles):
    assert Client().get(f"/help/?{query}").status_code in {200, 400}


def test_pages_are_kept_by_nobody(articles):
    answer = Client().get(articles["public"].help_url)
    assert "no-store" in answer["Cache-Control"]


def test_an_empty_help_page_says_so():
    make_shelf()
    assert b"No articles yet" in Client().get("/help/").content
