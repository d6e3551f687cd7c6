"""Articles on the ticket: inserted into a reply, found by the search, shown beside a problem."""

import json
from html import unescape

import pytest

from tests.factories.articles import make_article
from tests.factories.people import make_customer
from tests.factories.work import make_device, make_product, make_ticket
from tickets.actions.search import refresh_vocabulary
from tickets.search import search
from tickets.similar import Problem, alike, helpful_articles

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme, device):
    return make_ticket(acme, device=device, subject="Paper jam", description="In tray 2.")


def insert(client, ticket, article, **sent):
    url = f"/tickets/{ticket.pk}/articles/{article.pk}/insert/"
    return unescape(client.post(url, sent).content.decode())


def test_what_fits_the_ticket_is_offered_first_the_same_model_first(ticket, device, agent, client_of):  # fmt: skip # noqa: E501
    make_article("Jam in paper, paper jam", "Paper jam.")
    make_article("Our trays", "A jam of paper.", products=[device.product])
    make_article("Telephones", "Nobody hears.")
    page = client_of(agent).get(f"/tickets/{ticket.pk}/articles/").content.decode()
    assert page.index("Our trays") < page.index("Jam in paper")
    assert "Same model" in page
    assert "Telephones" not in page


def test_words_find_others(ticket, agent, client_of):
    make_article("Telephones", "Nobody hears.")
    make_article("Draft on telephones", "x", is_published=False)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/articles/", {"q": "zeppelin"})
    assert b"No article holds" in page.content
    page = client_of(agent).get(f"/tickets/{ticket.pk}/articles/", {"q": "telephon"})
    assert b"Telephones" in page.content
    assert b"Draft" not in page.content


def test_a_link_leads_to_the_help_page(ticket, agent, client_of):
    article = make_article("Clear a paper jam")
    text = insert(client_of(agent), ticket, article, **{"as": "link", "into": "reply"})
    assert f"Clear a paper jam: http://testserver{article.help_url}" in text


def test_the_whole_text_reads_like_a_letter(ticket, agent, client_of):
    article = make_article(body="# Do\n\n1. **One**\n2. Two")
    text = insert(client_of(agent), ticket, article, **{"as": "text", "into": "reply"})
    assert "Do\n\n1. One\n2. Two" in text


def test_no_customer_gets_a_link_only_staff_can_open(ticket, agent, client_of):
    article, desk = make_article("Secret", visibility="staff"), client_of(agent)
    for sent in ({"as": "link"}, {"as": "link", "sure": "1"}):
        answer = insert(desk, ticket, article, into="reply", **sent)
        assert "nowhere" in answer
        assert "data-insert-text" not in answer
    note = insert(desk, ticket, article, **{"as": "link", "into": "note"})
    assert f"{article.get_absolute_url()}</span>" in note


def test_the_text_of_an_internal_article_is_asked_about_once(ticket, agent, client_of):
    article, desk = make_article("Secret", "The recipe.", visibility="staff"), client_of(agent)
    asked = insert(desk, ticket, article, **{"as": "text", "into": "reply"})
    assert "for staff only" in asked
    assert "The recipe." not in asked
    sure = insert(desk, ticket, article, **{"as": "text", "into": "reply", "sure": "1"})
    assert "The recipe." in sure
    assert "The recipe." in insert(desk, ticket, article, **{"as": "text", "into": "note"})
    assert json.loads(asked.split("hx-vals='")[1].split("'")[0])["sure"] == "1"


def test_what_is_no_article_of_theirs_is_not_there(ticket, agent, alice, dave, client_of):
    draft = make_article(is_published=False)
    url = f"/tickets/{ticket.pk}/articles/{draft.pk}/insert/"
    assert client_of(agent).post(url).status_code == 404
    assert client_of(alice).post(url).status_code == 404
    assert client_of(dave).get(f"/tickets/{ticket.pk}/articles/").status_code == 404


def test_the_search_finds_articles_by_the_readers_rights(agent, alice, client_of):
    make_article("Zeppelin steering", "Turn the gondola.", "staff")
    make_article("Zeppelin draft", "x", is_published=False)
    page = unescape(client_of(agent).get("/search/?q=zeppelin").content.decode())
    assert 'Articles <span class="ink-3 fw-normal">2</span>' in page
    assert "Draft" in page
    page = client_of(alice).get("/search/?q=zeppelin").content.decode()
    assert 'Articles <span class="ink-3 fw-normal">1</span>' in page
    assert "Zeppelin draft" not in page
    marked = client_of(agent).get("/search/?q=gondola").content.decode()
    assert "<mark>gondola</mark>" in marked


def test_the_palette_lists_articles(agent, client_of):
    article = make_article("Zeppelin steering")
    page = client_of(agent).get("/search/palette/?q=zepp").content.decode()
    assert f'href="{article.get_absolute_url()}"' in page


def test_a_search_with_a_filter_is_for_tickets(agent):
    make_article("Zeppelin steering")
    assert "articles" not in search("zeppelin status:open", agent).sections


def test_articles_stand_beside_resolved_tickets(ticket, device, agent, client_of):
    make_article("Clear a paper jam", visibility="staff", products=[device.product])
    page = client_of(agent).get(f"/tickets/{ticket.pk}/similar/").content.decode()
    assert "Clear a paper jam" in page
    assert "Same model" in page
    page = client_of(agent).get("/tickets/new/similar/", {"subject": "A paper jam again"})
    assert b"Clear a paper jam" in page.content


def test_a_customer_who_types_a_problem_sees_what_may_answer_it(carol, device, client_of):
    other = make_article("Jam in paper, paper jam", "Paper jam.")
    ours = make_article("Our trays", "A jam of paper.", products=[device.product])
    make_article("Secret jam", "Paper jam.", "staff", products=[device.product])
    typed = {"subject": "Paper jam", "device": device.pk}
    page = client_of(carol).get("/portal/tickets/new/articles/", typed).content.decode()
    assert page.index(ours.help_url) < page.index(other.help_url)
    assert "Secret" not in page


def test_a_device_of_somebody_else_says_nothing(carol, client_of):
    product = make_product()
    theirs = make_device(make_customer(), product=product)
    make_article("Zeppelin one")
    make_article("Zeppelin two", "Zeppelin.", products=[product])
    typed = {"subject": "Zeppelin one", "device": theirs.pk}
    page = client_of(carol).get("/portal/tickets/new/articles/", typed).content.decode()
    assert page.index("Zeppelin one") < page.index("Zeppelin two")


def test_no_word_or_a_common_one_brings_nothing(agent):
    make_article("Clear a paper jam")
    for subject in ("", "the and of", "a", "?!"):
        assert not alike(Problem(subject), agent).articles
        assert helpful_articles(Problem(subject), agent) == []


def test_at_most_four_queries(ticket, agent, django_assert_max_num_queries):
    make_article("Clear a paper jam")
    refresh_vocabulary()
    with django_assert_max_num_queries(4):
        alike(Problem("Paper jam", "tray", ticket.device.product_id), agent)
