"""One ticket of alice's with one entry."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from devices.models import Device
from servicelogs import actions
from servicelogs.models import ServiceLog
from tests.factories.work import make_ticket


@pytest.fixture
def entry(alice: User, device: Device) -> ServiceLog:
    """A visit of 25 minutes with a part and a file."""
    ticket = make_ticket(device.customer, technician=alice.technician, device=device)
    return actions.log_work(
        ticket,
        kind="visit",
        done="Fitted roller kit <b>RK</b>",
        minutes=25,
        actor=alice,
        parts=[("Roller kit", 1)],
        files=[SimpleUploadedFile("after.txt", b"fine now", "text/plain")],
    )
