"""Correcting an entry."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from servicelogs.models import ServiceLog
from tickets.actions import close_ticket, resolve_ticket

ClientOf = Callable[[User], Client]
DATA = {"kind": "visit", "done": "Fitted two kits", "minutes": "40", "parts": "Roller kit × 2"}


def test_the_author_corrects_and_both_stay(
    entry: ServiceLog, alice: User, client_of: ClientOf
) -> None:
    client, url = client_of(alice), f"/servicelogs/{entry.pk}/correct/"
    assert "Roller kit × 1" in client.get(url).content.decode()
    assert client.post(url, DATA).status_code == 302
    newer = ServiceLog.objects.get(corrects=entry)
    assert newer.technician == entry.technician
    page = client.get(f"/tickets/{entry.ticket_id}/work/").content.decode()
    assert "Corrected by a later entry" in page
    assert "40 min in all" in page


def test_a_manager_corrects_and_the_work_stays_the_technicians(
    entry: ServiceLog, manager: User, client_of: ClientOf
) -> None:
    client_of(manager).post(f"/servicelogs/{entry.pk}/correct/", DATA)
    newer = ServiceLog.objects.get(corrects=entry)
    assert (newer.technician, newer.author) == (entry.technician, manager)


def test_nobody_else_corrects(
    entry: ServiceLog, agent: User, bob: User, carol: User, client_of: ClientOf
) -> None:
    url = f"/servicelogs/{entry.pk}/correct/"
    assert client_of(agent).post(url, DATA).status_code == 403
    assert client_of(bob).post(url, DATA).status_code == 404
    assert client_of(carol).post(url, DATA).status_code == 404


def test_a_corrected_entry_rests(entry: ServiceLog, alice: User, client_of: ClientOf) -> None:
    client, url = client_of(alice), f"/servicelogs/{entry.pk}/correct/"
    client.post(url, DATA)
    assert client.post(url, DATA).status_code == 403


def test_an_entry_of_a_closed_ticket_rests(
    entry: ServiceLog, alice: User, client_of: ClientOf
) -> None:
    resolve_ticket(entry.ticket, "New kit", actor=alice)
    close_ticket(entry.ticket, actor=alice)
    assert client_of(alice).get(f"/servicelogs/{entry.pk}/correct/").status_code == 403
