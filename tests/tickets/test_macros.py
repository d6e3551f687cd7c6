"""The pages of macros: writing them, running one on a ticket, and on a selection."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from core.models import EventRecord
from tests.factories.people import make_team
from tests.factories.texts import make_canned, make_macro
from tests.factories.work import make_category, make_ticket
from tickets.actions import add_reply
from tickets.actions.macros import change_macro
from tickets.macro_kind import StepRefused
from tickets.macro_steps import KINDS
from tickets.models import Macro, Message, Status, Ticket

pytestmark = pytest.mark.django_db


def typed(*steps, **more):
    kinds = [kind for kind, _value in steps]
    values = [value for _kind, value in steps]
    return {"name": "Ask", "audience": "me", "after": "stay", "do": kinds, "value": values, **more}


NOTE = ("note", "Seen.")


def test_a_macro_is_kept_once_with_its_steps_in_order(agent, client_of):
    client = client_of(agent)
    data = typed(NOTE, ("priority", "1"), ("status", "waiting"), once_key=str(uuid.uuid4()))
    assert client.post("/canned/macros/new/", data)["Location"] == "/canned/macros/"
    client.post("/canned/macros/new/", data)
    macro = Macro.objects.get()
    assert macro.owner == agent
    assert [(step["do"], step["value"]) for step in macro.steps] == [
        NOTE, ("priority", "1"), ("status", "waiting"),
    ]  # fmt: skip
    assert EventRecord.objects.filter(name="record.created", subject_id=macro.pk).count() == 1


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "1 to 20 steps"),
        ([NOTE] * 20 + [("priority", "1")], None),
        ([("explode", "1")], "of no known kind"),
        ([("note", " ")], "Say what"),
        ([("note", "x" * 5001)], "at most 5,000"),
        ([("priority", "9")], "Choose a priority"),
        ([("priority", "")], "Say what"),
        ([("status", "gone")], "Choose a status"),
        ([("category", "99999")], "category is gone"),
        ([("category", "1 OR 1=1")], "category is gone"),
        ([("assign", "99999")], "colleague is gone"),
        ([("reply", "99999")], "canned reply is gone"),
        ([("reply", "9" * 30)], "canned reply is gone"),
        ([("priority", "1"), ("priority", "2")], "does this once"),
        ([("status", "resolved")], "A reply must come before it"),
        ([("team", "99999")], "team is gone"),
        ([("tag", "99999")], "tag is gone"),
        ([("untag", "x")], "tag is gone"),
        ([("snooze", "monday")], "Choose a moment"),
        ([("snooze", "never waiting")], "Choose a moment"),
        ([("snooze", "monday resolved")], "Choose a moment"),
        ([("snooze", "monday waiting"), ("status", "open")], "Snoozing sets the state"),
        ([("status", "waiting"), ("snooze", "monday waiting")], "Snoozing sets the state"),
    ],
)
def test_steps_that_cannot_be_are_refused_and_kept_on_the_page(steps, why, agent, client_of):
    page = client_of(agent).post("/canned/macros/new/", typed(*steps))
    if why is None:  # more than the page holds: what is beyond was never shown
        assert len(Macro.objects.get().steps) == 20
        return
    assert page.status_code == 422
    assert why in page.content.decode()
    assert not Macro.objects.exists()
    assert len(page.context["form"].rows) == len([s for s in steps if s[0] in KINDS])


def test_a_reply_and_closing_do_not_go_together(agent):
    text = make_canned()
    with pytest.raises(StepRefused, match="needs an open ticket"):
        make_macro(("reply", str(text.pk)), ("status", "closed"), owner=agent)


def test_whoever_has_the_macro_has_its_text(agent, manager):
    team = make_team("Hers", agent)
    own, teams, common = make_canned(owner=agent), make_canned(team=team), make_canned()
    for text, more, is_fine in [
        (own, {"owner": agent}, True), (teams, {"team": team}, True),
        (common, {"team": team}, True), (own, {"team": team}, False),
        (teams, {"owner": None}, False),
    ]:  # fmt: skip
        steps = (("reply", str(text.pk)),)
        name = f"{text.pk}{more}"[:60]
        if is_fine:
            make_macro(*steps, name=name, actor=agent, **more)
        else:
            with pytest.raises(StepRefused, match="Not everybody"):
                make_macro(*steps, name=name, actor=agent, **more)


@pytest.mark.parametrize("steps", [[], {}, "x", 5, [{"do": "note"}] * 21])
def test_the_database_holds_a_list_of_steps(steps, agent):
    with pytest.raises(IntegrityError, match="macro_steps"), transaction.atomic():
        Macro.objects.create(name="x", owner=agent, steps=steps)


def test_buttons_rearrange_and_save_nothing(agent, client_of):
    client, steps = client_of(agent), (NOTE, ("priority", "1"))

    def kinds(change):
        page = client.post("/canned/macros/new/", typed(*steps, name="", change=change))
        assert page.status_code == 200
        assert not page.context["form"].errors
        return [row.kind.key for row in page.context["form"].rows]

    assert kinds("add:status") == ["note", "priority", "status"]
    assert kinds("remove:1") == ["priority"]
    assert kinds("up:2") == ["priority", "note"]
    for nonsense in ("up:1", "remove:9", "add:x", "remove:-1", "up:x", "", "x"):
        assert kinds(nonsense) == ["note", "priority"]
    assert not Macro.objects.exists()


def test_what_is_gone_says_so_on_the_page(agent, client_of):
    category = make_category("Printing")
    macro = make_macro(("category", str(category.pk)), owner=agent)
    category.delete()
    assert (
        "Gone; choose another"
        in client_of(agent).get(f"/canned/macros/{macro.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("who", "audience", "status"),
    [("agent", "own", 200), ("agent", "team", 200), ("agent", "all", 403), ("bob", "own", 404),
     ("bob", "team", 404), ("manager", "all", 200), ("manager", "team", 200)],
)  # fmt: skip
def test_who_may_change_which(who, audience, status, agent, request, client_of):
    more = {"own": {"owner": agent}, "team": {"team": make_team("T", agent)}, "all": {}}[audience]
    macro = make_macro(NOTE, actor=agent, **more)
    client = client_of(request.getfixturevalue(who))
    assert client.get(f"/canned/macros/{macro.pk}/").status_code == status
    answer = client.post(f"/canned/macros/{macro.pk}/delete/")
    assert answer.status_code == (302 if status == 200 else status)


def test_the_second_of_two_savers_sees_the_first(agent, client_of):
    macro, client = make_macro(NOTE, owner=agent), client_of(agent)
    url = f"/canned/macros/{macro.pk}/"
    change_macro(
        macro, {"name": "Theirs", "steps": [{"do": "priority", "value": "1"}]}, actor=agent
    )
    page = client.post(url, typed(NOTE, name="Mine", seen=1))
    assert page.status_code == 409
    assert "It is now “Theirs”: Set priority." in page.content.decode()
    assert Macro.objects.get().name == "Theirs"
    seen = page.context["form"]["seen"].value()
    assert client.post(url, typed(NOTE, name="Mine", seen=seen)).status_code == 302
    assert (Macro.objects.get().name, Macro.objects.get().version) == ("Mine", 3)


def test_the_menu_of_a_ticket_and_its_preview(agent, bob, acme, client_of):
    ticket, client = make_ticket(acme), client_of(agent)
    macro = make_macro(NOTE, owner=agent, name="Greet")
    make_macro(NOTE, owner=bob, name="Bobs")
    page = client.get(f"/tickets/{ticket.pk}/macros/", {"q": "gre"}, headers={"HX-Request": "true"})
    assert [found.name for found, _words in page.context["macros"]] == ["Greet"]
    assert b"<html" not in page.content
    assert b"Bobs" not in client.get(f"/tickets/{ticket.pk}/macros/").content
    assert "Run macro" in client.get(f"/tickets/{ticket.pk}/macros/{macro.pk}/").content.decode()
    assert not Message.objects.exists()
    assert client.get(f"/tickets/{ticket.pk}/macros/{macro.pk}/run/").status_code == 405
    assert client_of(bob).get(f"/tickets/{ticket.pk}/macros/").status_code == 404
    assert client_of(bob).post(f"/tickets/{ticket.pk}/macros/{macro.pk}/run/").status_code == 404


def run(client, ticket, macro, **more):
    return client.post(f"/tickets/{ticket.pk}/macros/{macro.pk}/run/", more)


def test_running_twice_happens_once(agent, acme, client_of):
    ticket, macro, key = make_ticket(acme), make_macro(NOTE, owner=agent), str(uuid.uuid4())
    for _ in range(2):
        assert (
            run(client_of(agent), ticket, macro, once_key=key)["Location"]
            == ticket.get_absolute_url()
        )
    assert Message.objects.count() == 1
    Macro.objects.get(uses=1)


def test_then_stay_next_or_queue(agent, acme, client_of):
    first, second, third = (make_ticket(acme) for _ in range(3))
    closed = make_ticket(acme, status=Status.CLOSED)
    to_next = make_macro(NOTE, owner=agent, after="next", name="n")
    client = client_of(agent)
    assert run(client, first, to_next)["Location"] == second.get_absolute_url()
    assert run(client, third, to_next)["Location"] == first.get_absolute_url()
    assert run(client, closed, to_next)["Location"] == first.get_absolute_url()
    Ticket.objects.exclude(pk=first.pk).delete()
    assert run(client, first, to_next)["Location"] == "/tickets/"
    to_queue = make_macro(NOTE, owner=agent, after="queue", name="q")
    assert run(client, first, to_queue)["Location"] == "/tickets/"


def test_a_refusal_is_shown_with_the_plan(agent, carol, acme, client_of):
    ticket, text = make_ticket(acme), make_canned()
    macro = make_macro(NOTE, ("reply", str(text.pk)), owner=agent)
    add_reply(ticket, "Wait!", actor=carol, from_customer=True)
    page = run(client_of(agent), ticket, macro, seen="0")
    assert page.status_code == 422
    assert "Nothing was done." in page.content.decode()
    assert "somebody wrote since" in page.content.decode()
    assert Message.objects.count() == 1
    seen = page.context["form"]["seen"].value()
    assert run(client_of(agent), ticket, macro, seen=seen).status_code == 302


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 30])
def test_a_strange_place_is_as_good_as_none(seen, agent, acme, client_of):
    ticket = make_ticket(acme)
    assert (
        run(client_of(agent), ticket, make_macro(NOTE, owner=agent), seen=seen).status_code == 302
    )


def bulk(client, tickets, change):
    return client.post("/tickets/bulk/", {"tickets": [t.pk for t in tickets], "change": change})


def test_each_ticket_of_a_selection_answers_for_itself(agent, acme, client_of):
    fine, closed, other = (
        make_ticket(acme),
        make_ticket(acme, status=Status.CLOSED),
        make_ticket(acme),
    )
    macro = make_macro(NOTE, ("priority", "1"), owner=agent)
    page = bulk(client_of(agent), [fine, closed, other], f"macro:{macro.pk}")
    results = page.context["results"]
    assert [result.is_done for result in results] == [True, False, True]
    assert results[1].why.startswith("Step 2, Set priority: It is closed")
    assert sorted(Message.objects.values_list("ticket", flat=True)) == [fine.pk, other.pk]
    assert Macro.objects.get().uses == 2


def test_a_selection_is_checked_ticket_by_ticket(alice, acme, client_of):
    hers, foreign = make_ticket(acme, technician=alice.technician), make_ticket(acme)
    macro = make_macro(("status", "waiting"), owner=alice)
    page = bulk(client_of(alice), [hers, foreign], f"macro:{macro.pk}")
    assert [result.is_done for result in page.context["results"]] == [True, False]
    assert Ticket.objects.get(pk=foreign.pk).status == Status.OPEN


@pytest.mark.parametrize("which", ["bobs", "99999", "x", ""])
def test_a_macro_one_has_not_is_no_change(which, agent, bob, acme, client_of):
    key = make_macro(NOTE, owner=bob).pk if which == "bobs" else which
    assert bulk(client_of(agent), [make_ticket(acme)], f"macro:{key}").status_code == 422
    assert not Message.objects.exists()


def test_the_bar_of_the_queue_offers_macros_and_asks(agent, bob, client_of):
    make_macro(NOTE, ("priority", "1"), owner=agent, name="Greet")
    make_macro(NOTE, owner=bob, name="Bobs")
    words = client_of(agent).get("/tickets/bulk/macros/").content.decode()
    assert (
        "Run “Greet” on the selected tickets? It does: Add internal note: Seen., Set priority."
        in words
    )
    assert "Bobs" not in words


def test_the_list_shows_steps_and_exports_them(agent, client_of):
    make_macro(NOTE, ("priority", "1"), owner=agent)
    client = client_of(agent)
    assert b"Add internal note: Seen., Set priority" in client.get("/canned/macros/").content
    file = client.get("/canned/macros/?format=csv")
    assert b"Add internal note" in b"".join(file.streaming_content)
