"""Which articles are found, and by whom."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.highlights import marked
from knowledgebase.actions import archive_article, edit_article
from knowledgebase.models import Article
from tests.factories.articles import make_article
from tests.factories.work import make_product

pytestmark = pytest.mark.django_db


def found(words, user=None):
    return [a.title for a in Article.objects.visible_to(user or AnonymousUser()).search(words)]


@pytest.fixture
def three():
    return [
        make_article("For all", "Toner smears.", "public"),
        make_article("For customers", "Toner smears.", "customers"),
        make_article("For staff", "Toner smears.", "staff"),
        make_article("A draft", "Toner smears.", "public", is_published=False),
    ]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("nobody", {"For all"}),
        ("carol", {"For all", "For customers"}),
        ("alice", {"For all", "For customers", "For staff"}),
        ("sam", {"For all", "For customers", "For staff"}),
        ("agent", {"For all", "For customers", "For staff", "A draft"}),
        ("manager", {"For all", "For customers", "For staff", "A draft"}),
    ],
)
def test_everybody_finds_what_is_meant_for_them(who, sees, three, request):
    user = AnonymousUser() if who == "nobody" else request.getfixturevalue(who)
    assert set(found("toner", user)) == sees


def test_somebody_who_may_not_sign_in_any_more_is_nobody(three, agent):
    agent.is_active = False
    assert found("toner", agent) == ["For all"]


@pytest.mark.parametrize(
    "words",
    ["jam", "JAMS", "jammed", "paper jam", "papr jam", "paper-jam", "papper ja"],
)
def test_words_in_any_form_are_found(words):
    make_article("Clear a paper jam", "Open the rear door.")
    make_article("Telephones", "Nobody hears anything.")
    assert found(words) == ["Clear a paper jam"]


@pytest.mark.parametrize("words", ["", " ", "&", "' | !", "jam telephone", ":*", "\\", "xyzzy"])
def test_what_fits_nothing_finds_nothing(words):
    make_article("Clear a paper jam", "Open the rear door.")
    make_article("Telephones", "Nobody hears anything.")
    assert found(words) == []


def test_the_title_weighs_most():
    make_article("Other things", "About toner and paper and more.")
    make_article("Toner", "Change it.")
    assert found("toner")[0] == "Toner"


def test_a_changed_text_is_found_at_once(agent):
    article = make_article("Title", "Old words.")
    edit_article(article, {"body": "Fresh phrases."}, actor=agent)
    assert (found("phrases"), found("old")) == (["Title"], [])


def test_the_passage_marks_the_words_and_nothing_else_is_markup():
    make_article("Title", "Before <b>x</b> the toner goes.")
    article = Article.objects.search("toner").with_passage("toner").get()
    assert marked(article.passage) == "Before  x  the <mark>toner</mark> goes"


def test_articles_about_a_problem_the_same_product_first(agent):
    product = make_product()
    make_article("Jam jam jam", "Trays.")
    make_article("Tray", "Feed it.")  # one word, and not of the subject
    own = make_article("Trays", "A jam in tray 2.", products=[product])
    archive_article(make_article("Jam of old", "Jam."), actor=agent)
    make_article("Toner", "A jam is not our business.")
    rows = Article.objects.about(["jam"], ["tray"], product_id=product.pk)
    assert [(a.title, a.is_same_product) for a in rows] == [("Trays", True), ("Jam jam jam", False)]
    assert rows[0].pk == own.pk
    assert not Article.objects.about(["'); drop"]).exists()
