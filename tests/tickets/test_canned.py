"""Canned replies: who has them, who changes them, and how they get into a reply."""

import json

import pytest
from django.db import IntegrityError, transaction

from core.models import EventRecord
from tests.factories.people import make_team
from tests.factories.texts import make_canned
from tests.factories.work import make_category, make_ticket
from tickets.actions.canned import change_canned
from tickets.actions.sharing import EACH, SharedNameTaken, ShortcutTaken, TooManyShared
from tickets.models import CannedReply, Message

pytestmark = pytest.mark.django_db


def typed(**more):
    return {"name": "Power", "audience": "me", "body": "Is it plugged in?", **more}


@pytest.fixture
def texts(agent, bob):
    """One of each audience: name -> text."""
    hers, other = make_team("Hers", agent), make_team("Other", bob)
    return {
        "own": make_canned("own", owner=agent),
        "bobs": make_canned("bobs", owner=bob),
        "hers": make_canned("hers", team=hers),
        "other": make_canned("other", team=other),
        "all": make_canned("all"),
    }


def test_everybody_sees_their_own_their_teams_and_the_common_ones(texts, agent, manager, carol):
    def seen(user):
        return {reply.name for reply in CannedReply.objects.visible_to(user)}

    assert seen(agent) == {"own", "hers", "all"}
    assert seen(manager) == {"hers", "other", "all"}
    assert seen(carol) == set()


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [("agent", "own", 200), ("agent", "hers", 200), ("agent", "all", 403), ("agent", "bobs", 404),
     ("agent", "other", 404), ("manager", "all", 200), ("manager", "other", 200),
     ("manager", "own", 404), ("bob", "other", 200), ("bob", "all", 403)],
)  # fmt: skip
def test_who_may_change_which(who, name, status, texts, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(f"/canned/{texts[name].pk}/").status_code == status
    answer = client.post(f"/canned/{texts[name].pk}/delete/")
    assert answer.status_code == (302 if status == 200 else status)
    assert CannedReply.objects.filter(pk=texts[name].pk).exists() == (status != 200)


@pytest.mark.parametrize("audience", ["all", "team:{other}", "team:999999", "x", "team:x", ""])
def test_nobody_gives_to_whom_they_may_not(audience, texts, agent, client_of):
    chosen = audience.format(other=texts["other"].team_id)
    page = client_of(agent).post("/canned/new/", typed(audience=chosen))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"audience"}
    assert b"Is it plugged in?" in page.content  # what was typed is kept


def test_a_text_is_kept_once_and_recorded(agent, client_of):
    client, data = client_of(agent), typed(once_key="5b3f8c1e-0000-4000-8000-000000000001")
    assert client.post("/canned/new/", data)["Location"] == "/canned/"
    assert client.post("/canned/new/", data)["Location"] == "/canned/"
    reply = CannedReply.objects.get()
    assert (reply.owner, reply.team, reply.name) == (agent, None, "Power")
    assert EventRecord.objects.filter(name="record.created", subject_id=reply.pk).count() == 1


def test_a_team_and_everybody_get_theirs(agent, manager, client_of):
    team = make_team("Hers", agent)
    client_of(agent).post("/canned/new/", typed(audience=f"team:{team.pk}"))
    client_of(manager).post("/canned/new/", typed(audience="all"))
    assert [(r.owner, r.team) for r in CannedReply.objects.order_by("pk")] == [
        (None, team), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": ""}, "name"), ({"name": " \n "}, "name"), ({"name": "x" * 81}, "name"),
     ({"body": " \x00 "}, "body"), ({"body": "x" * 20_001}, "body"),
     ({"shortcut": "no power"}, "shortcut"), ({"shortcut": "x" * 31}, "shortcut"),
     ({"category": "99999"}, "category")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(values, field, agent, client_of):
    page = client_of(agent).post("/canned/new/", typed(**values))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert not CannedReply.objects.exists()


def test_names_and_shortcuts_are_taken_once_per_audience(agent, bob):
    first = make_canned(owner=agent, shortcut="power")
    with pytest.raises(SharedNameTaken):
        make_canned("POWER", owner=agent)
    with pytest.raises(ShortcutTaken):
        make_canned("Other", owner=agent, shortcut="power")
    make_canned(owner=bob, shortcut="power")
    make_canned(shortcut="power")
    with pytest.raises(SharedNameTaken):
        make_canned()
    assert first.shortcut == "power"


def test_there_is_an_end(agent, monkeypatch):
    monkeypatch.setattr("tickets.actions.sharing.EACH", 1)
    make_canned(owner=agent)
    with pytest.raises(TooManyShared):
        make_canned("Other", owner=agent)
    assert EACH == 500


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"body": " "}, {"body": "x" * 20_001}, {"shortcut": "A b"}]
)
def test_the_database_holds_the_rules_too(values, agent):
    with pytest.raises(IntegrityError), transaction.atomic():
        CannedReply.objects.create(**{"name": "n", "body": "b", "owner": agent, **values})


def test_one_audience_only(agent):
    with pytest.raises(IntegrityError, match="one_audience"), transaction.atomic():
        CannedReply.objects.create(name="n", body="b", owner=agent, team=make_team("T"))


def test_a_change_is_recorded_and_none_is_none(agent):
    reply = make_canned(owner=agent)
    assert change_canned(reply, {"body": "New "}, actor=agent).version == 2
    assert change_canned(reply, {"body": "New"}, actor=agent).version == 2
    assert EventRecord.objects.get(name="record.changed").payload["fields"] == "text"


def test_two_editors_meet(agent, client_of):
    reply = make_canned(owner=agent)
    client = client_of(agent)
    opened = client.get(f"/canned/{reply.pk}/").context["form"]["opened"].value()
    change_canned(reply, {"body": "Theirs"}, actor=agent)
    page = client.post(f"/canned/{reply.pk}/", typed(body="Mine", opened=opened))
    assert page.status_code == 409
    assert b"Theirs" in page.content
    assert b"Mine" in page.content


def test_an_unknown_placeholder_is_pointed_out_on_saving(agent, client_of):
    page = client_of(agent).post("/canned/new/", typed(body="Hi {{ custmer.name }}"), follow=True)
    assert "{{ custmer.name }}, which is not a placeholder" in page.content.decode()


def test_the_list_finds_by_name_shortcut_and_text(texts, agent, client_of):
    make_canned("Printer", "Clean the rollers", owner=agent, shortcut="roll")
    client = client_of(agent)
    for words in ("printer", "roll", "CLEAN rollers"):
        assert [r.name for r in client.get("/canned/", {"q": words}).context["rows"]] == ["Printer"]
    assert client.get("/canned/", {"q": "bobs"}).context["rows"] == []


def test_the_preview_has_invented_values_and_says_what_is_wrong(agent, client_of):
    page = client_of(agent).post("/canned/preview/", {"body": "<b>{{ customer.name }} {{ x }}"})
    words = page.content.decode()
    assert "&lt;b&gt;Amara Okafor" in words
    assert "{{ x }} is not a placeholder" in words


def found(client, ticket, words=""):
    page = client.get(f"/tickets/{ticket.pk}/canned/", {"q": words})
    return [reply.name for reply, _filled in page.context["texts"]]


def test_the_likeliest_comes_first(agent, acme, client_of):
    printing = make_category("Printing")
    ticket, client = make_ticket(acme, category=printing), client_of(agent)
    often = make_canned("Often", owner=agent)
    make_canned("Category", owner=agent, category=printing)
    make_canned("Rare", owner=agent, shortcut="often")
    CannedReply.objects.filter(pk=often.pk).update(uses=9)
    assert found(client, ticket) == ["Category", "Often", "Rare"]
    assert found(client, ticket, ";often") == ["Rare", "Often"]
    assert found(client, ticket, "plugged rare") == ["Rare"]


def test_only_usable_texts_are_offered_and_only_on_visible_tickets(
    texts, agent, bob, acme, client_of
):
    ticket = make_ticket(acme)
    assert set(found(client_of(agent), ticket)) == {"own", "hers", "all"}
    assert client_of(bob).get(f"/tickets/{ticket.pk}/canned/").status_code == 404
    url = f"/tickets/{ticket.pk}/canned/{texts['bobs'].pk}/"
    assert client_of(agent).post(url).status_code == 404


def test_no_more_than_fits_the_eye(agent, acme, client_of):
    for n in range(25):
        make_canned(f"Text {n}", owner=agent)
    assert len(found(client_of(agent), make_ticket(acme))) == 20


def test_inserting_fills_in_counts_and_escapes(agent, acme, client_of):
    ticket = make_ticket(acme, subject="<script>1</script>")
    reply = make_canned(body="{{ ticket.subject }} {{ nope }}", owner=agent)
    page = client_of(agent).post(f"/tickets/{ticket.pk}/canned/{reply.pk}/")
    words = page.content.decode()
    assert "&lt;script&gt;1" in words
    assert "<script" not in words
    assert "{{ nope }} is not a placeholder" in words
    reply.refresh_from_db()
    assert (reply.uses, reply.version) == (1, 1)
    assert reply.used_at is not None


def test_a_reply_with_a_placeholder_is_asked_about_before_it_goes(agent, acme, client_of):
    ticket, client = make_ticket(acme), client_of(agent)
    url, body = f"/tickets/{ticket.pk}/reply/", "Hi {{ custmer.name }}, {{ x|y }}"
    page = client.post(url, {"body": body})
    assert page.status_code == 422
    assert not Message.objects.exists()
    shown = page.content.decode()
    assert body in shown  # kept, with the warning and the second press
    assert "{{ custmer.name }}, {{ x|y }} would reach the customer" in shown
    assert "Send as it is" in shown
    value = page.context["reply_form"].as_is_value
    again = client.post(url, {"body": body + " {{ new }}", "as_is": value})
    assert again.status_code == 422  # only what was asked about is confirmed
    assert client.post(url, {"body": body, "as_is": value}).status_code == 302
    assert Message.objects.get().body == body


def test_a_note_is_for_colleagues_and_not_asked_about(agent, acme, client_of):
    ticket = make_ticket(acme)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/note/", {"body": "Use {{ x }}"})
    assert answer.status_code == 302


def test_deleting_is_recorded(agent, client_of):
    reply = make_canned(owner=agent)
    assert client_of(agent).get(f"/canned/{reply.pk}/delete/").status_code == 405
    client_of(agent).post(f"/canned/{reply.pk}/delete/")
    event = EventRecord.objects.get(name="record.deleted")
    assert json.dumps(event.payload) == '{"label": "Power"}'
