"""Answering the incidents of a problem together."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import EventRecord
from technicians.models import Technician
from tests.factories.people import make_team
from tests.factories.work import make_device, make_ticket
from tickets.actions import add_reply
from tickets.actions.lifecycle import change_status
from tickets.actions.links import add_link
from tickets.actions.outbox import release_due, undo_reply
from tickets.incidents import answer_incidents, incidents_of
from tickets.models import Message, MessageKind, Status, Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(acme, globex, agent) -> Ticket:
    """A problem with two incidents, of two customers."""
    found = make_ticket(acme, subject="The mail server is down")
    for customer in (acme, globex):
        add_link(found, make_ticket(customer), "incident", actor=agent)
    return found


@pytest.fixture
def in_team(problem, alice):
    """A technician who has the problem, and sees its incidents because they are the team's."""
    team = make_team("Field", alice)
    keys = TicketLink.objects.filter(source=problem).values("target")
    Ticket.objects.filter(pk__in=keys).update(team=team)
    Ticket.objects.filter(pk=problem.pk).update(technician=Technician.objects.get(user=alice))
    return alice


def chosen(problem, user) -> dict[int, int]:
    return {row.ticket.pk: row.seen for row in incidents_of(problem, user)}


def words_to(ticket_key: int) -> list[str]:
    rows = Message.objects.filter(ticket=ticket_key, kind=MessageKind.OUT)
    return list(rows.values_list("body", flat=True))


def test_each_customer_gets_a_reply_of_their_own(problem, agent):
    rows = chosen(problem, agent)
    results = answer_incidents(
        problem, rows, "Hello {{ customer.company }}, it is back.", resolves=True, actor=agent
    )
    assert [result.is_done for result in results] == [True, True]
    for key in rows:
        ticket = Ticket.objects.select_related("customer").get(pk=key)
        assert words_to(key) == [f"Hello {ticket.customer.name}, it is back."]
        assert ticket.is_live  # its state goes with the reply, when that goes
    said = EventRecord.objects.get(name="ticket.incidents_answered")
    assert (said.subject_id, said.payload["count"]) == (problem.pk, 2)


def test_they_are_resolved_when_the_reply_goes_and_undo_takes_back_both(problem, agent):
    rows = chosen(problem, agent)
    answer_incidents(problem, rows, "It is back.", resolves=True, actor=agent)
    first, second = sorted(rows)
    undo_reply(Message.objects.get(ticket=first, kind=MessageKind.OUT), actor=agent)
    assert release_due(now=timezone.now() + timedelta(minutes=5)) == 1
    states = Ticket.objects.in_bulk(rows)
    assert (states[first].status, states[second].status) == (Status.OPEN, Status.RESOLVED)
    assert states[second].resolution == "It is back."


def test_one_on_which_the_customer_wrote_is_left_out_and_named(problem, agent, carol):
    rows = chosen(problem, agent)
    late = max(rows)
    add_reply(Ticket.objects.get(pk=late), "It is worse now.", actor=agent, from_customer=True)
    results = {
        result.pk: result
        for result in answer_incidents(problem, rows, "It is back.", resolves=True, actor=agent)
    }
    assert not results[late].is_done
    assert results[late].why
    assert words_to(late) == []
    assert results[min(rows)].is_done


def test_what_is_no_open_incident_is_refused(problem, agent, acme):
    other, done = make_ticket(acme), min(chosen(problem, agent))
    change_status(Ticket.objects.get(pk=done), Status.RESOLVED, actor=agent, resolution="Fixed.")
    results = answer_incidents(
        problem, {other.pk: 0, done: 0, 10**9: 0}, "It is back.", resolves=False, actor=agent
    )
    assert [result.is_done for result in results] == [False] * 3
    assert not Message.objects.filter(kind=MessageKind.OUT).exists()
    assert not EventRecord.objects.filter(name="ticket.incidents_answered").exists()


def test_a_placeholder_without_a_value_stops_that_one_only(problem, agent):
    first, second = sorted(chosen(problem, agent))
    device = make_device(Ticket.objects.select_related("customer").get(pk=first).customer)
    Ticket.objects.filter(pk=first).update(device=device)
    text = "Your {{ device.name }} is back."
    results = answer_incidents(problem, {first: 0, second: 0}, text, resolves=False, actor=agent)
    assert [result.is_done for result in results] == [True, False]
    assert "device.name" in results[1].why


def test_a_technician_answers_only_what_they_work_on(problem, in_team, agent):
    """Those of the team are seen, and are not theirs to answer."""
    technician = Technician.objects.get(user=in_team)
    first, second = sorted(chosen(problem, agent))
    Ticket.objects.filter(pk=first).update(technician=technician)
    may = {row.ticket.pk: row.may_answer for row in incidents_of(problem, in_team)}
    assert may == {first: True, second: False}
    results = answer_incidents(
        problem, chosen(problem, agent), "It is back.", resolves=False, actor=in_team
    )
    assert {result.pk: result.is_done for result in results} == may
    assert words_to(second) == []


class TestPage:
    @pytest.fixture
    def url(self, problem) -> str:
        return reverse("tickets:incidents", args=[problem.pk])

    def test_resolving_the_problem_leads_there(self, client_of, agent, problem, url):
        client = client_of(agent)
        data = {"to": "resolved", "resolution": "A new disk."}
        answer = client.post(reverse("tickets:status", args=[problem.pk]), data)
        assert answer.url == url
        page = client.get(url)
        assert b"A new disk." in page.content
        assert page.context["form"]["resolves"].value() is True

    def test_sent_twice_is_sent_once(self, client_of, agent, problem, url):
        client = client_of(agent)
        data = {
            "once_key": str(uuid.uuid4()),
            "body": "It is back.",
            "resolves": "on",
            "chosen": [row.value for row in incidents_of(problem, agent)],
        }
        for _time in range(2):
            assert client.post(url, data).status_code == 302
        assert Message.objects.filter(kind=MessageKind.OUT).count() == 2

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"chosen": []}, "Choose at least one incident."),
            ({"chosen": ["x:1"]}, "x:1"),
            ({"body": "  "}, "Write what their customers shall read."),
            ({"body": "Hi {{ nonsense }}"}, "is not a placeholder we know"),
        ],
    )
    def test_bad_input_keeps_what_was_typed(self, client_of, agent, problem, url, wrong, words):
        client = client_of(agent)
        ticked = incidents_of(problem, agent)[0]
        data = {"body": "It is back.", "chosen": [ticked.value], **wrong}
        answer = client.post(url, data)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        if "body" not in wrong:
            assert b"It is back." in answer.content
        else:
            assert [tick for _row, _value, tick in answer.context["incidents"]] == [True, False]
        assert not Message.objects.filter(kind=MessageKind.OUT).exists()

    def test_what_was_refused_is_named_and_the_words_stay(self, client_of, agent, problem, url):
        client = client_of(agent)
        values = [row.value for row in incidents_of(problem, agent)]
        late = Ticket.objects.get(pk=values[0].split(":")[0])
        add_reply(late, "Worse.", actor=agent, from_customer=True)
        answer = client.post(url, {"body": "It is back.", "resolves": "on", "chosen": values})
        page = answer.content.decode()
        assert late.reference in page
        assert "It is back.</textarea>" in page
        assert answer.context["form"]["resolves"].value() is True
        assert [is_ticked for _row, _value, is_ticked in answer.context["incidents"]] == [False] * 2
        fresh = [value for row, value, _tick in answer.context["incidents"] if row.ticket == late]
        assert client.post(url, {"body": "It is back.", "chosen": fresh}).status_code == 302
        assert words_to(late.pk) == ["It is back."]

    def test_nothing_sent_uses_nothing_up(self, client_of, agent, problem, url):
        """The same words once more, when what spoke against them is gone."""
        client = client_of(agent)
        row = incidents_of(problem, agent)[0]
        data = {"once_key": str(uuid.uuid4()), "body": "It is back.", "chosen": [row.value]}
        late = add_reply(row.ticket, "Worse.", actor=agent, from_customer=True)
        assert client.post(url, data).status_code == 200
        late.delete()
        assert client.post(url, data).status_code == 302
        assert words_to(row.ticket.pk) == ["It is back."]

    def test_an_error_does_not_pass_over_what_came_meanwhile(self, client_of, agent, problem, url):
        """The page after a mistake still knows only what the first one showed."""
        client = client_of(agent)
        row = incidents_of(problem, agent)[0]
        add_reply(row.ticket, "Worse.", actor=agent, from_customer=True)
        answer = client.post(url, {"body": "", "chosen": [row.value]})
        (value,) = [value for _row, value, is_ticked in answer.context["incidents"] if is_ticked]
        client.post(url, {"body": "It is back.", "chosen": [value]})
        assert words_to(row.ticket.pk) == []

    def test_whom_a_reply_is_on_its_way_to_is_not_ticked_again(
        self, client_of, agent, problem, url
    ):
        client = client_of(agent)
        first = incidents_of(problem, agent)[0]
        client.post(url, {"body": "It is back.", "chosen": [first.value]})
        answer = client.get(url)
        ticks = {row.ticket.pk: is_ticked for row, _v, is_ticked in answer.context["incidents"]}
        assert ticks.pop(first.ticket.pk) is False
        assert list(ticks.values()) == [True]
        assert "A reply to them is on its way already." in answer.content.decode()

    def test_who_may_answer_none_of_them_is_not_led_there(self, client_of, in_team, problem, url):
        client = client_of(in_team)
        card = client.get(reverse("tickets:links", args=[problem.pk])).content.decode()
        assert "2 incidents of this problem are open." in card
        assert "Answer them together" not in card
        data = {"to": "resolved", "resolution": "A new disk."}
        answer = client.post(reverse("tickets:status", args=[problem.pk]), data)
        assert answer.url == problem.get_absolute_url()
