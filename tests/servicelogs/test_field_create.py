"""Logging in the middle of a job."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from tests.factories.work import make_ticket

ClientOf = Callable[[User], Client]
DATA = {"kind": "visit", "done": "Ordered the part", "minutes": "10"}


def test_it_logs_and_the_job_goes_on(alice: User, client_of: ClientOf) -> None:
    job = make_ticket(technician=alice.technician)
    client = client_of(alice)
    assert client.get(f"/field/jobs/{job.pk}/log/").status_code == 200
    answer = client.post(f"/field/jobs/{job.pk}/log/", DATA)
    assert answer["Location"] == f"/field/jobs/{job.pk}/"
    job.refresh_from_db()
    assert job.is_live
    assert job.service_logs.get().minutes == 10


def test_mistakes_keep_what_was_typed(alice: User, client_of: ClientOf) -> None:
    job = make_ticket(technician=alice.technician)
    answer = client_of(alice).post(f"/field/jobs/{job.pk}/log/", DATA | {"minutes": ""})
    assert answer.status_code == 422
    assert "Ordered the part" in answer.content.decode()


def test_a_closed_job_takes_no_more(alice: User, client_of: ClientOf) -> None:
    job = make_ticket(technician=alice.technician, status="closed")
    answer = client_of(alice).post(f"/field/jobs/{job.pk}/log/", DATA)
    assert answer.status_code == 422
    assert "This ticket is closed" in answer.content.decode()


def test_not_mine_is_not_found(alice: User, bob: User, client_of: ClientOf) -> None:
    job = make_ticket(technician=alice.technician)
    assert client_of(bob).get(f"/field/jobs/{job.pk}/log/").status_code == 404
