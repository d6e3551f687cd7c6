"""The list of what our messages say."""

from notifications.actions import reset_wording
from notifications.models import MessageKind
from tests.factories.wordings import make_wording


def test_every_kind_is_listed_with_whose_words_it_has(manager, admin, client_of):
    make_wording(admin)
    page = client_of(manager).get("/texts/")
    lines = [line for _name, group in page.context["groups"] for line in group]
    assert {line[0] for line in lines} == set(MessageKind)
    assert [line[0] for line in lines if line[3]] == [MessageKind.TICKET_OPENED]
    assert admin.name in page.content.decode()
    assert "Administrators change it" in page.content.decode()


def test_customers_and_colleagues_are_apart(admin, client_of):
    groups = dict(client_of(admin).get("/texts/").context["groups"])
    assert MessageKind.STAFF_REPLIED in {line[0] for line in groups["To customers"]}
    assert MessageKind.JOB_NEWS in {line[0] for line in groups["To colleagues"]}


def test_words_that_were_reset_are_shipped_words(admin, client_of):
    reset_wording(make_wording(admin), actor=admin)
    assert b"Our words" not in client_of(admin).get("/texts/").content


def test_it_is_in_the_menu_of_the_leaders(manager, agent, client_of):
    assert b'href="/texts/"' in client_of(manager).get("/outbox/").content
    assert b'href="/texts/"' not in client_of(agent).get("/tickets/").content


def test_only_get(admin, client_of):
    assert client_of(admin).post("/texts/").status_code == 405
