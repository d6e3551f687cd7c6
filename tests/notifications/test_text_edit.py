"""The words of one message: shown on what really happened, refused with what was typed kept."""

import pytest

from notifications.actions import change_wording
from notifications.models import MessageKind, Wording
from tests.factories.wordings import make_wording
from tests.factories.work import make_ticket

URL = "/texts/ticket_opened/en-gb/"
TYPED = {"heading": "Hi", "body": "Ahoy {{ reader.first_name }}", "sms": "Got it"}


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_opens_with_the_shipped_words_and_a_preview(kind, admin, client_of):
    page = client_of(admin).get(f"/texts/{kind}/en-gb/")
    assert page.status_code == 200
    assert page.context["shown"].unknown == []
    assert "{{" not in page.context["shown"].html
    assert not Wording.objects.exists()


def test_what_an_admin_saves_is_used(admin, client_of):
    client = client_of(admin)
    opened = client.get(URL).context["form"]["opened"].value()
    assert client.post(URL, TYPED | {"opened": opened})["Location"] == "/texts/"
    stored = Wording.objects.get()
    assert (stored.heading, stored.body, stored.sms, stored.is_used) == (*TYPED.values(), True)


def test_a_manager_reads_and_writes_nothing(manager, client_of):
    client = client_of(manager)
    page = client.get(URL).content.decode()
    assert "Administrators change them." in page
    assert 'id="text-form"' not in page
    for door in ("", "try/", "reset/", "history/1/"):
        assert client.post(URL + door, TYPED).status_code == 403
    assert not Wording.objects.exists()


@pytest.mark.parametrize("field", ["heading", "body", "sms"])
def test_an_unknown_placeholder_is_named_beside_its_field(field, admin, client_of):
    typed = TYPED | {field: "Dear {{ customer.pet }}"}
    page = client_of(admin).post(URL, typed)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert "{{ customer.pet }}" in page.context["form"].errors[field][0]
    assert "Dear {{ customer.pet }}" in page.content.decode()  # what was typed is kept
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"heading": ""}, "heading"), ({"heading": "x" * 201}, "heading"), ({"body": " \n"}, "body"),
     ({"body": "x" * 10_001}, "body"), ({"sms": "x" * 1001}, "sms"), ({"body": "\x00"}, "body"),
     ({"body": "[a](http://x.test/{{ ticket.number }})"}, None),
     ({"body": "[a](http://x.test/{{ticket.number}})"}, "body")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(values, field, admin, client_of):
    page = client_of(admin).post(URL, TYPED | values)
    assert page.status_code == (422 if field else 302)  # with a space it is no link at all
    if field:
        assert page.context["form"].errors.keys() == {field}


@pytest.mark.parametrize(
    "url", ["/texts/nope/en-gb/", "/texts/ticket_opened/xx/", "/texts/x/y/try/"]
)
def test_what_we_do_not_send_is_404(url, admin, client_of):
    assert client_of(admin).get(url).status_code in {404, 405}
    assert client_of(admin).post(url).status_code == 404


def test_two_editors_meet(admin, client_of):
    make_wording(admin)
    client = client_of(admin)
    opened = client.get(URL).context["form"]["opened"].value()
    make_wording(admin, "Theirs")
    page = client.post(URL, TYPED | {"body": "Mine", "opened": opened})
    assert page.status_code == 409
    assert b"Theirs" in page.content
    assert b"Mine" in page.content


def test_two_first_editors_meet_too(admin, client_of):
    client = client_of(admin)
    opened = client.get(URL).context["form"]["opened"].value()
    make_wording(admin, "Theirs")
    assert client.post(URL, TYPED | {"body": "Mine", "opened": opened}).status_code == 409


def test_the_preview_shows_the_newest_real_message(acme, carol, admin, client_of):
    make_ticket(acme, requester=carol.contact, actor=carol, subject="Older")
    newest = make_ticket(acme, requester=carol.contact, actor=carol, subject="<i>Jam</i>")
    typed = {"heading": "Hi {{ reader.name }}", "body": "*{{ ticket.subject }}*", "sms": "é" * 161}
    page = client_of(admin).post(URL + "preview/", typed)
    shown = page.context["shown"]
    assert (shown.ticket, shown.heading) == (newest.reference, f"Hi {carol.name}")
    assert "<em>&lt;i&gt;Jam&lt;/i&gt;</em>" in shown.html
    assert shown.parts == 2
    assert " style=" not in page.content.decode()


def test_the_preview_names_what_it_does_not_know(admin, client_of):
    page = client_of(admin).post(URL + "preview/", TYPED | {"body": "{{ nope }} <script>"})
    assert "This message has no nope." in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_without_any_message_of_the_kind_the_values_are_invented(admin, client_of):
    page = client_of(admin).post(URL + "preview/", {"body": "{{ ticket.number }}"})
    assert "SD-004793" in page.context["shown"].html
    assert "invented" in page.content.decode()


def test_the_preview_costs_the_same_for_many_events(
    acme, carol, admin, client_of, django_assert_max_num_queries
):
    for _ in range(25):
        make_ticket(acme, requester=carol.contact, actor=carol)
    with django_assert_max_num_queries(40):
        client_of(admin).get(URL)


def test_a_longer_text_than_a_preview_takes_is_cut(admin, client_of):
    page = client_of(admin).post(URL + "preview/", TYPED | {"body": "x" * 200_000})
    assert len(page.content) < 20_000


def test_words_reset_begin_again_with_the_shipped_ones(admin, client_of):
    make_wording(admin)
    assert client_of(admin).post(URL + "reset/")["Location"] == URL
    page = client_of(admin).get(URL)
    assert "We have your report" in page.context["form"]["heading"].value()
    change_wording("ticket_opened", "en-gb", {}, actor=admin)
    assert Wording.objects.get().is_used
