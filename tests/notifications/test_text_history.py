"""Who wrote which words, and the way back to them."""

from notifications.actions import reset_wording
from notifications.models import Wording
from tests.factories.wordings import make_wording

URL = "/texts/ticket_opened/en-gb/history/"


def test_every_version_says_who_and_when(manager, admin, client_of):
    make_wording(admin, "First words")
    reset_wording(make_wording(admin, "Second words"), actor=admin)
    page = client_of(manager).get(URL)
    assert [revision.number for revision in page.context["revisions"]] == [3, 2, 1]
    for words in ("First words", "Second words", "The shipped words again.", admin.name):
        assert words in page.content.decode()
    assert b"Take version" not in page.content


def test_an_admin_takes_earlier_words_back(admin, client_of):
    make_wording(admin, "First words")
    make_wording(admin, "Second words")
    client = client_of(admin)
    assert b"Take version 1 back" in client.get(URL).content
    assert client.post(f"{URL}1/")["Location"] == "/texts/ticket_opened/en-gb/"
    assert Wording.objects.get().body == "First words"


def test_a_version_that_never_was_is_404(admin, client_of):
    make_wording(admin)
    assert client_of(admin).post(f"{URL}7/").status_code == 404
    assert client_of(admin).get(f"{URL}1/").status_code == 405


def test_words_nobody_changed_have_no_history(admin, client_of):
    assert b"Nothing was changed yet" in client_of(admin).get(URL).content


def test_resetting_twice_says_so(admin, client_of):
    reset_wording(make_wording(admin), actor=admin)
    page = client_of(admin).post("/texts/ticket_opened/en-gb/reset/", follow=True)
    assert "The shipped words are in use already." in page.content.decode()
