"""The pages of rules: writing, ordering, trying and reading the log."""

import pytest

from core.models import EventRecord
from tests.factories.people import make_team
from tests.factories.rules import make_rule
from tests.factories.work import make_ticket
from tickets.actions.rules import change_rule
from tickets.models import AutomationRule, RuleRun, RuleTrial
from tickets.rule_trials import run_trial
from tickets.rules import run_rules

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Smoke",
    "trigger": "opened",
    "if_status": ["open"],
    "if_text": "smoke\n fire ",
    "if_opened_hours": "2",
    "do_priority": "1",
    "is_enabled": "on",
}


def names() -> list[str]:
    return list(AutomationRule.objects.in_order().values_list("name", flat=True))


def test_a_manager_writes_one(manager, client_of):
    client = client_of(manager)
    answer = client.post("/rules/new/", TYPED | {"do_tell": ["assignee"], "do_tell_words": "Look"})
    rule = AutomationRule.objects.get()
    assert answer.headers["Location"] == f"/rules/{rule.pk}/try/"
    assert rule.conditions == {
        "status": ["open"], "text": ["smoke", "fire"], "opened_hours": ["2"],
    }  # fmt: skip
    assert rule.deeds == {"priority": "1", "tell": {"who": ["assignee"], "words": "Look"}}
    page = client.get("/rules/").content.decode()
    assert "Status: Open" in page
    assert "Tell the assignee" in page
    assert EventRecord.objects.filter(name="automation_rule.created").count() == 1


def test_the_form_shows_what_is_stored(manager, client_of):
    client = client_of(manager)
    client.post("/rules/new/", TYPED)
    rule = AutomationRule.objects.get()
    form = client.get(rule.get_absolute_url()).context["form"]
    typed = {name: form[name].value() for name in TYPED}
    assert typed == TYPED | {"if_text": "smoke\nfire", "is_enabled": True}


def test_sent_twice_it_is_written_once(manager, client_of):
    client = client_of(manager)
    key = str(client.get("/rules/new/").context["form"]["once_key"].value())
    for _press in range(2):
        assert client.post("/rules/new/", TYPED | {"once_key": key}).status_code == 302
    assert names() == ["Smoke"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"trigger": "moon"}, "valid choice"),
        ({"trigger": "time"}, "Say how often it looks."),
        ({"trigger": "time", "every_minutes": "4"}, "greater than or equal to 5"),
        ({"trigger": "time", "every_minutes": "10081"}, "less than or equal to 10080"),
        ({"if_status": ["melted"]}, "valid choice"),
        ({"if_opened_hours": "0"}, "greater than or equal to 1"),
        ({"if_text": "x" * 101}, "100 characters at most"),
        ({"do_priority": ""}, "Choose at least one thing to do."),
        ({"do_priority": "9"}, "valid choice"),
        ({"do_status": "resolved"}, "valid choice"),
        ({"do_assign": "me"}, "valid choice"),
        ({"do_reply": "Yours, {{ agent.name }}"}, "cannot be filled in by a rule"),
        ({"do_reply": "Yours, {{agent.name}}"}, "cannot be filled in by a rule"),
        ({"do_reply": "{{ moon.phase }}"}, "cannot be filled in by a rule"),
        ({"do_tell_words": "Look"}, "Say whom to tell."),
        ({"do_tell": ["999999"]}, "valid choice"),
    ],
)
def test_what_was_typed_wrongly_stays(manager, client_of, changes, words):
    answer = client_of(manager).post("/rules/new/", TYPED | changes)
    page = answer.content.decode()
    assert (answer.status_code, names()) == (422, [])
    assert words in page
    assert changes.get("if_text", "fire") in page


def test_a_name_is_given_once(manager, client_of):
    make_rule("smoke")
    answer = client_of(manager).post("/rules/new/", TYPED)
    assert answer.status_code == 422
    assert "Another rule has this name." in answer.content.decode()


def test_there_is_an_end_to_rules(manager, client_of):
    AutomationRule.objects.bulk_create(
        AutomationRule(name=str(number), trigger="opened", deeds={"priority": "1"})
        for number in range(100)
    )
    assert "There are 100 rules" in client_of(manager).post("/rules/new/", TYPED).content.decode()


def test_the_second_of_two_managers_sees_what_the_first_stored(manager, client_of):
    client, rule = client_of(manager), make_rule("Smoke")
    change_rule(rule, {"deeds": {"priority": "4"}}, actor=None)
    answer = client.post(rule.get_absolute_url(), TYPED | {"seen": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this rule" in page
    assert "Priority “Low”" in page
    rule.refresh_from_db()
    assert rule.deeds == {"priority": "4"}
    seen = answer.context["form"]["seen"].value()
    assert client.post(rule.get_absolute_url(), TYPED | {"seen": seen}).status_code == 302


def test_one_that_names_who_left_shows_it_and_is_not_saved_as_it_is(manager, alice, client_of):
    rule = make_rule(deeds={"assign": str(alice.technician.pk)})
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    client = client_of(manager)
    assert "no longer working here" in client.get("/rules/").content.decode()
    assert "Gone; choose another" in client.get(rule.get_absolute_url()).content.decode()
    typed = {"name": "Urgent", "trigger": "opened", "seen": "1"}
    answer = client.post(
        rule.get_absolute_url(),
        typed | {"is_enabled": "on", "stops": "on", "do_assign": str(alice.technician.pk)},
    )
    assert answer.status_code == 422
    off = typed | {"do_assign": str(alice.technician.pk)}
    assert client.post(rule.get_absolute_url(), off).status_code == 302
    rule.refresh_from_db()
    assert not rule.is_enabled


def test_a_condition_on_what_is_gone_fits_nothing_and_says_so(manager, client_of):
    team = make_team("Field")
    make_rule(conditions={"team": [str(team.pk)]})
    team.delete()
    assert "something that is gone" in client_of(manager).get("/rules/").content.decode()


def test_the_order_is_changed_and_ends_are_ends(manager, client_of):
    client = client_of(manager)
    for name in ("One", "Two"):
        make_rule(name)
    two = AutomationRule.objects.get(name="Two")
    client.post(f"/rules/{two.pk}/move/", {"way": "up"})
    assert names() == ["Two", "One"]
    client.post(f"/rules/{two.pk}/move/", {"way": "up"})
    assert names() == ["Two", "One"]
    client.post(f"/rules/{two.pk}/move/", {"way": "down"})
    assert names() == ["One", "Two"]


def test_deleted_it_does_no_more_and_its_log_stays(manager, client_of, acme):
    rule, ticket = make_rule(), make_ticket(acme)
    run_rules(EventRecord.objects.get(name="ticket.opened", subject_id=ticket.pk))
    client = client_of(manager)
    client.post(f"/rules/{rule.pk}/delete/")
    assert names() == []
    page = client.get("/rules/log/").content.decode()
    assert "Urgent" in page
    assert ticket.reference in page


def test_the_log_is_read_page_by_page(manager, client_of, acme, monkeypatch):
    monkeypatch.setattr("tickets.rule_views.LOGGED", 2)
    rule, other, ticket = make_rule("One"), make_rule("Two"), make_ticket(acme)
    for made in (rule, rule, rule, other):
        RuleRun.objects.create(
            rule=made, rule_name=made.name, ticket=ticket, state="failed", error="Broken",
            ran_at=ticket.opened_at,
        )  # fmt: skip
    client = client_of(manager)
    first = client.get(f"/rules/log/?rule={rule.pk}")
    assert [run.rule_name for run in first.context["runs"]] == ["One", "One"]
    older = client.get(f"/rules/log/?rule={rule.pk}&before={first.context['older']}")
    assert len(older.context["runs"]) == 1
    assert older.context["older"] is None
    assert client.get("/rules/log/?before=x").status_code == 400
    assert client.get("/rules/log/?rule=999999").status_code == 404


def test_trying_one_shows_progress_and_then_the_tickets(manager, client_of, acme):
    rule, client = make_rule(is_enabled=False), client_of(manager)
    ticket = make_ticket(acme)
    make_ticket(acme, priority=1)
    client.post(f"/rules/{rule.pk}/try/")
    assert 'hx-trigger="every 2s"' in client.get(f"/rules/{rule.pk}/try/").content.decode()
    run_trial(RuleTrial.objects.get().pk)
    page = client.get(f"/rules/{rule.pk}/trial/").content.decode()
    assert "every 2s" not in page
    assert "2 tickets" in page
    assert ticket.reference in page
    assert "Nothing: it is so already" in page


def test_agents_may_not(agent, client_of):
    rule = make_rule()
    for path in ("/rules/", "/rules/new/", "/rules/log/", f"/rules/{rule.pk}/"):
        assert client_of(agent).get(path).status_code == 403
