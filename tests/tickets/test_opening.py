"""Opening and editing a ticket."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Team
from core.models import EventRecord
from tests.factories.people import make_contact
from tests.factories.work import make_category, make_device, make_ticket
from tickets import actions
from tickets.errors import DeviceOfAnotherCustomer, RequesterOfAnotherCustomer, TextMissing
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_ticket_has_a_number_for_people(acme):
    ticket = make_ticket(acme)
    assert ticket.reference == f"SD-{ticket.pk:06d}"


def test_a_device_of_another_customer_is_refused(acme, other_device):
    with pytest.raises(DeviceOfAnotherCustomer):
        make_ticket(acme, device=other_device)
    assert not Ticket.objects.exists()


def test_the_database_refuses_a_device_of_another_customer(acme, other_device):
    ticket = make_ticket(acme)
    with pytest.raises(IntegrityError, match="is not of customer"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(device=other_device)


def test_a_requester_of_another_customer_is_refused(acme, globex):
    with pytest.raises(RequesterOfAnotherCustomer):
        make_ticket(acme, requester=make_contact(globex))


def test_the_database_refuses_a_requester_of_another_customer(acme, globex):
    ticket = make_ticket(acme)
    with pytest.raises(IntegrityError, match="is not of customer"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(requester=make_contact(globex))


def test_a_device_that_moved_on_keeps_its_old_tickets(acme, globex):
    ticket = make_ticket(acme, device=make_device(acme))
    ticket.device.customer = globex
    ticket.device.save()
    actions.add_note(ticket, "Still ours to finish.", actor=None)
    ticket.refresh_from_db()
    assert ticket.customer == acme


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "\x00 \x07"])
def test_an_empty_description_is_refused(acme, text):
    with pytest.raises(TextMissing):
        make_ticket(acme, description=text)


@pytest.mark.parametrize(
    "text",
    ["مرحبا بالعالم", "🖨️👩‍🔧 jam", "'; DROP TABLE tickets_ticket; --", "<script>alert(1)</script>"],
)
def test_awkward_text_is_stored_unchanged(acme, text):
    ticket = make_ticket(acme, subject=text, description=text)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.description) == (text, text)


def test_a_hundred_kilobytes_fit_and_one_more_is_refused(acme):
    make_ticket(acme, description="x" * 100_000)
    with pytest.raises(TextMissing):
        make_ticket(acme, description="x" * 100_001)


def test_editing_records_what_changed_and_nothing_when_nothing_did(agent):
    ticket = make_ticket()
    version = ticket.version
    same = actions.edit_ticket(ticket, {"subject": ticket.subject}, actor=agent)
    assert same.version == version  # nothing was written
    changed = actions.edit_ticket(ticket, {"subject": "Other", "priority": 1}, actor=agent)
    row = EventRecord.objects.get(name="ticket.edited")
    assert changed.version == version + 1
    assert row.payload["field_names"] == ["subject", "priority"]


def test_editing_cannot_touch_fields_that_are_not_editable(agent):
    ticket = make_ticket()
    actions.edit_ticket(ticket, {"status": "closed", "customer": None}, actor=agent)
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_category_without_a_team_leaves_the_team_as_it_is(agent):
    ticket = make_ticket()
    service = Team.objects.create(name="Service")
    actions.edit_ticket(ticket, {"team": service}, actor=agent)
    actions.edit_ticket(ticket, {"category": make_category("Toner")}, actor=agent)
    ticket.refresh_from_db()
    assert ticket.team == service
