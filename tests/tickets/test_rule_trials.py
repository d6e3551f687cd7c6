"""Dry runs and the log: what a rule would have touched, kept within bounds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import EventRecord
from tests.factories.rules import make_rule
from tests.factories.work import make_ticket
from tickets import actions, rule_trials
from tickets.actions import rules as writing
from tickets.actions.rules import forget_runs, request_trial
from tickets.models import RuleRun, RuleTrial, RunState
from tickets.rule_trials import resume_trials, run_trial
from tickets.tasks import run_time_rules

pytestmark = pytest.mark.django_db


def tried(rule) -> RuleTrial:
    trial = request_trial(rule, actor=None)
    run_trial(trial.pk)
    trial.refresh_from_db()
    return trial


def keys(trial: RuleTrial) -> list[int]:
    return [row["ticket"] for row in trial.found]


def test_it_lists_what_it_would_have_touched_and_touches_nothing(acme):
    rule = make_rule(conditions={"text": ["jam"]}, is_enabled=False)
    jam = make_ticket(acme, subject="A jam")
    make_ticket(acme, subject="Other", description="Broken")
    trial = tried(rule)
    assert (keys(trial), trial.matched, trial.percent, trial.error) == ([jam.pk], 1, 100, "")
    assert "opened the ticket by Portal" in trial.found[0]["why"]
    jam.refresh_from_db()
    assert jam.priority == 3
    assert not RuleRun.objects.exists()


def test_it_looks_back_thirty_days(acme):
    rule = make_rule(is_enabled=False)
    make_ticket(acme)
    trial = request_trial(rule, actor=None)
    RuleTrial.objects.update(started_at=timezone.now() + timedelta(days=31))
    run_trial(trial.pk)
    trial.refresh_from_db()
    assert keys(trial) == []


def test_a_ticket_is_listed_once_with_how_often(acme, agent):
    rule = make_rule(trigger="note_added", is_enabled=False)
    ticket = make_ticket(acme)
    for _number in range(3):
        actions.add_note(ticket, "Hm", actor=agent)
    assert [(row["ticket"], row["times"]) for row in tried(rule).found] == [(ticket.pk, 3)]


def test_only_the_property_it_waits_for(acme, agent):
    rule = make_rule(trigger="category", is_enabled=False)
    actions.edit_ticket(make_ticket(acme), {"priority": 2}, actor=agent)
    assert keys(tried(rule)) == []


def test_hours_count_to_the_moment_of_the_event(acme, agent):
    rule = make_rule(trigger="note_added", conditions={"opened_hours": ["24"]}, is_enabled=False)
    young, old = make_ticket(acme), make_ticket(acme)
    type(old).objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(hours=30))
    for ticket in (young, old):
        actions.add_note(ticket, "Hm", actor=agent)
    assert keys(tried(rule)) == [old.pk]


def test_a_rule_of_time_is_asked_for_now(acme):
    rule = make_rule(trigger="time", is_enabled=False)
    ticket = make_ticket(acme)
    assert keys(tried(rule)) == [ticket.pk]


@pytest.mark.parametrize("trigger", ["opened", "time"])
def test_what_is_shown_and_counted_has_an_end(acme, monkeypatch, trigger):
    monkeypatch.setattr(rule_trials, "SHOWN", 2)
    monkeypatch.setattr(rule_trials, "COUNTED", 3)
    rule = make_rule(trigger=trigger, is_enabled=False)
    for _number in range(5):
        make_ticket(acme)
    trial = tried(rule)
    assert (len(trial.found), trial.matched, trial.is_capped) == (2, 3, True)


def test_a_worker_that_died_is_followed_by_another(acme, monkeypatch):
    monkeypatch.setattr(rule_trials, "BATCH", 2)
    monkeypatch.setattr(rule_trials, "BATCHES", 1)
    rule = make_rule(is_enabled=False)
    for _number in range(3):
        make_ticket(acme)
    trial = request_trial(rule, actor=None)
    assert rule_trials._step(trial.pk) is True
    trial.refresh_from_db()
    assert (trial.seen, trial.finished_at) == (2, None)
    monkeypatch.setattr(rule_trials, "BATCHES", 9)
    resume_trials(now=timezone.now() + timedelta(minutes=3))
    trial.refresh_from_db()
    assert (trial.matched, trial.finished_at is not None) == (3, True)


def test_asking_again_while_it_runs_asks_nothing_new(acme):
    rule = make_rule(is_enabled=False)
    first = request_trial(rule, actor=None)
    assert request_trial(rule, actor=None) == first
    run_trial(first.pk)
    assert request_trial(rule, actor=None) != first
    assert RuleTrial.objects.count() == 1


def test_a_condition_that_is_gone_ends_it_with_words(acme):
    rule = make_rule(conditions={"moon": ["full"]}, is_enabled=False)
    make_ticket(acme)
    assert "moon" in tried(rule).error


def test_looking_too_long_ends_it_with_words(acme, monkeypatch):
    monkeypatch.setattr(rule_trials, "LONGEST_MS", 50)
    slow = EventRecord.objects.extra(where=["pg_sleep(1) IS NOT NULL"])
    monkeypatch.setattr(EventRecord.objects, "filter", lambda **_asked: slow)
    rule = make_rule(is_enabled=False)
    make_ticket(acme)
    assert "took too long" in tried(rule).error


def test_the_log_is_kept_for_a_time(acme):
    rule, ticket = make_rule(), make_ticket(acme)
    now = timezone.now()
    for days in (1, 100):
        RuleRun.objects.create(
            rule=rule, rule_name="x", ticket=ticket, state=RunState.DONE,
            ran_at=now - timedelta(days=days),
        )  # fmt: skip
    assert forget_runs() == 1
    assert RuleRun.objects.get().ran_at == now - timedelta(days=1)


def test_the_log_is_kept_short(acme, monkeypatch):
    monkeypatch.setattr(writing, "KEPT_MOST", 2)
    rule, ticket = make_rule(), make_ticket(acme)
    rows = [
        RuleRun(
            rule=rule, rule_name=str(number), ticket=ticket, state="done", ran_at=timezone.now()
        )
        for number in range(5)
    ]
    RuleRun.objects.bulk_create(rows)
    assert forget_runs(batch=2) == 3
    assert list(RuleRun.objects.values_list("rule_name", flat=True)) == ["4", "3"]


def left_behind(rule) -> RuleTrial:
    """A dry run whose worker died an hour ago."""
    trial = request_trial(rule, actor=None)
    RuleTrial.objects.filter(pk=trial.pk).update(started_at=timezone.now() - timedelta(hours=1))
    return trial


def test_one_that_fails_ends_and_holds_up_no_other(acme, monkeypatch):
    bad, good = make_rule("Bad"), make_rule("Good")
    make_ticket(acme)
    failing, waiting = left_behind(bad), left_behind(good)
    look_back = rule_trials._look_back

    def broken(trial):
        if trial.pk == failing.pk:
            raise ValueError("broken")
        return look_back(trial)

    monkeypatch.setattr(rule_trials, "_look_back", broken)
    resume_trials()
    failing.refresh_from_db()
    waiting.refresh_from_db()
    assert failing.finished_at is not None
    assert "failed" in failing.error
    assert (waiting.percent, waiting.error) == (100, "")


def test_rules_of_time_run_whatever_becomes_of_a_dry_run(acme, monkeypatch):
    make_rule("Time", "time")
    make_ticket(acme)
    left_behind(make_rule("Bad"))
    monkeypatch.setattr(rule_trials, "_look_back", None)  # not even callable
    run_time_rules()
    assert RuleRun.objects.filter(rule__name="Time").count() == 1
