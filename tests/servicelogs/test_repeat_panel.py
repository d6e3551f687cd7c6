"""Repeated problems of a device, and what fixed it last time."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from devices.models import Device
from servicelogs import actions
from servicelogs.models import ServiceLog
from servicelogs.repeats import fixed_last_time
from tests.factories.work import make_ticket
from tickets.models import DeskSettings, Ticket

ClientOf = Callable[[User], Client]


def again(device: Device, **fields: object) -> Ticket:
    return make_ticket(device.customer, device=device, **fields)  # type: ignore[arg-type]


def panel(client: Client, ticket: Ticket) -> str:
    return client.get(f"/tickets/{ticket.pk}/repeats/").content.decode()


def test_the_third_ticket_says_so_with_what_fixed_it(
    entry: ServiceLog, device: Device, agent: User, alice: User, client_of: ClientOf
) -> None:
    actions.resolve_ticket(entry.ticket, "Replaced the pick-up rollers", actor=alice)
    again(device)
    page = panel(client_of(agent), again(device))
    assert "3rd ticket on this serial in 90 days" in page
    assert "Replaced the pick-up rollers" in page
    assert "Fitted roller kit" in page
    assert "1 × Roller kit" in page
    assert entry.ticket.get_absolute_url() in page


def test_old_tickets_do_not_count(device: Device, agent: User, client_of: ClientOf) -> None:
    again(device, opened_at=timezone.now() - timedelta(days=91))
    assert "ticket on this serial" not in panel(client_of(agent), again(device))


def test_the_days_are_a_setting(device: Device, agent: User, client_of: ClientOf) -> None:
    DeskSettings.load()
    DeskSettings.objects.update(repeat_days=365)
    again(device, opened_at=timezone.now() - timedelta(days=91))
    assert "2nd ticket on this serial in 365 days" in panel(client_of(agent), again(device))


def test_later_tickets_do_not_make_the_first_a_repeat(
    device: Device, agent: User, client_of: ClientOf
) -> None:
    first = again(device, opened_at=timezone.now() - timedelta(days=5))
    again(device)
    assert panel(client_of(agent), first).strip() == ""


def test_no_device_has_nothing_to_say(agent: User, client_of: ClientOf) -> None:
    assert panel(client_of(agent), make_ticket()).strip() == ""


def test_a_corrected_entry_is_not_repeated(entry: ServiceLog, device: Device, alice: User) -> None:
    actions.log_work(
        entry.ticket, kind="visit", done="Right words", minutes=5, actor=alice, corrects=entry
    )
    actions.resolve_ticket(entry.ticket, "Done", actor=alice)
    found = fixed_last_time(device.pk)
    assert found is not None
    assert [row.done for row in found.work] == ["Right words"]  # type: ignore[attr-defined]


def test_a_technician_reads_what_fixed_it_but_gets_no_dead_link(
    entry: ServiceLog, device: Device, alice: User, bob: User, client_of: ClientOf
) -> None:
    actions.resolve_ticket(entry.ticket, "New rollers", actor=alice)
    page = panel(client_of(bob), again(device, technician=bob.technician))
    assert "New rollers" in page
    assert f'href="{entry.ticket.get_absolute_url()}"' not in page


def test_strangers_find_nothing(device: Device, bob: User, client_of: ClientOf) -> None:
    assert client_of(bob).get(f"/tickets/{again(device).pk}/repeats/").status_code == 404
