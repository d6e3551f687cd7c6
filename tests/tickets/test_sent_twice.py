"""Every form of the desk may be sent twice and happens once."""

import uuid

import pytest

from servicelogs.forms import Result
from servicelogs.models import ServiceLog
from tests.factories.work import make_category, make_ticket
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def twice(client, url, data, once_key=None):
    """Send the same page two times; the answers."""
    data = {"once_key": once_key or str(uuid.uuid4()), **data}
    return client.post(url, data), client.post(url, data)


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_words_are_said_once(kind, agent, acme, client_of):
    ticket = make_ticket(acme)
    first, second = twice(client_of(agent), f"/tickets/{ticket.pk}/{kind}/", {"body": "Hello"})
    assert first["Location"] == second["Location"]
    assert Message.objects.filter(body="Hello").count() == 1


@pytest.mark.parametrize("state", ["resolved", "waiting", "in_progress", "on_hold"])
def test_a_reply_that_moved_the_ticket_is_not_told_off(state, agent, acme, client_of):
    url = f"/tickets/{make_ticket(acme).pk}/reply/"
    first, second = twice(client_of(agent), url, {"body": "Hello", "set_status": state})
    assert first["Location"] == second["Location"]
    assert Message.objects.count() == 1


def test_a_correction_is_made_once(agent, acme, client_of):
    desk, ticket = client_of(agent), make_ticket(acme)
    work = {"kind": "remote", "done": "Looked.", "minutes": "10"}
    desk.post(f"/tickets/{ticket.pk}/log/", work)
    url = f"/servicelogs/{ServiceLog.objects.get().pk}/correct/"
    first, second = twice(desk, url, {**work, "minutes": "11"})
    assert first["Location"] == second["Location"] == ticket.get_absolute_url()
    assert ServiceLog.objects.count() == 2


@pytest.mark.parametrize("result", Result.values)
def test_a_job_is_finished_once(result, alice, acme, client_of):
    job = make_ticket(acme, technician=alice.technician, category=make_category("Printing"))
    done = {
        "kind": "remote", "done": "Looked.", "minutes": "10", "result": result,
        "resolution": "New cable.",
    }  # fmt: skip
    first, second = twice(client_of(alice), f"/field/jobs/{job.pk}/finish/", done)
    assert first["Location"] == second["Location"] == "/field/"
    assert ServiceLog.objects.count() == 1


def test_other_words_from_the_same_page_are_said_too(agent, acme, client_of):
    url, key, desk = f"/tickets/{make_ticket(acme).pk}/reply/", str(uuid.uuid4()), client_of(agent)
    for words in ("Hello", "Hello again"):
        desk.post(url, {"once_key": key, "body": words})
    assert Message.objects.count() == 2


def test_a_call_is_one_ticket_and_one_customer(agent, client_of):
    call = {
        "name": "Una Known", "phone": "0117 496 0142", "subject": "No light",
        "description": "It is dark.", "priority": "3",
    }  # fmt: skip
    first, second = twice(client_of(agent), "/tickets/new/", call)
    assert first["Location"] == second["Location"] == Ticket.objects.get().get_absolute_url()


def test_work_is_logged_once_at_the_desk_and_in_the_field(agent, alice, acme, client_of):
    job = make_ticket(acme, technician=alice.technician, category=make_category("Printing"))
    work = {"kind": "remote", "done": "Looked.", "minutes": "10"}
    twice(client_of(agent), f"/tickets/{job.pk}/log/", work)
    assert ServiceLog.objects.count() == 1
    twice(client_of(alice), f"/field/jobs/{job.pk}/log/", work)
    assert ServiceLog.objects.count() == 2


def test_the_pages_carry_a_key(agent, alice, acme, client_of):
    job = make_ticket(acme, technician=alice.technician)
    detail = client_of(agent).get(f"/tickets/{job.pk}/").content.decode()
    assert detail.count('name="once_key"') == 2
    for client, url in (
        (client_of(agent), "/tickets/new/"),
        (client_of(agent), f"/tickets/{job.pk}/log/"),
        (client_of(alice), f"/field/jobs/{job.pk}/log/"),
        (client_of(alice), f"/field/jobs/{job.pk}/finish/"),
    ):
        page = client.get(url).content.decode()
        assert page.count('name="once_key"') == 1, url
        assert 'name="once_key" value="None"' not in page


def test_a_refused_form_keeps_its_key(agent, acme, client_of):
    url, key = f"/tickets/{make_ticket(acme).pk}/reply/", str(uuid.uuid4())
    page = client_of(agent).post(url, {"once_key": key, "body": " "})
    assert (page.status_code, key in page.content.decode()) == (422, True)
