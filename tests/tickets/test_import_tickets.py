"""Importing another desk's tickets: real files, bad rows, silence, and the same file again."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.imports import Row, RowError
from core.models import Delivery, EventRecord
from customers.models import Contact, Customer
from devices.models import Device
from notifications.models import Notification
from tests.factories.people import make_contact
from tickets import actions
from tickets.importer import Reading, read_moment, read_requester
from tickets.models import Category, Status, Ticket

MAPPING = Path(__file__).parents[2] / "demo" / "mappings" / "export-other-desk.json"
HEAD = (
    "external_id,opened_at,requester_name,requester_email,subject,description,category,status,"
    "resolution,source_url,device_serial\n"
)
GOOD = "A-1,2026-03-01T10:00:00Z,Ann Lee,ann@else.test,Jam,It jams.,printing,,,,\n"
pytestmark = pytest.mark.django_db


def run(path: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_tickets", str(path), stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
        path = tmp_path / "tickets.csv"
        path.write_bytes((head + "".join(rows)).encode(encoding))
        return path

    return write


@pytest.mark.slow
def test_real_questions_come_in_once_and_one_is_worked_to_its_close(
    cases_dir: Path, agent: User
) -> None:
    path = cases_dir / "tickets" / "questions.csv"
    assert "126 created" in run(path)
    assert "0 created, 0 updated, 126 unchanged" in run(path)
    closed = Ticket.objects.get(external_id="askubuntu-001")
    assert closed.status == Status.CLOSED
    assert closed.opened_at == datetime(2026, 4, 28, 17, 35, tzinfo=UTC)
    assert closed.requester is not None
    assert closed.requester.name == "NES"
    assert closed.source_url.startswith("http://askubuntu.com/questions/18495/")
    assert (
        "- Foxit Reader (https://www.foxitsoftware.com/products/pdf-reader/)" in closed.resolution
    )
    assert not Ticket.objects.filter(resolution__contains="</p>").exists()
    ticket = Ticket.objects.live().order_by("pk")[0]
    actions.add_reply(ticket, "We look at it.", actor=agent)
    actions.resolve_ticket(ticket, "Answered by phone.", actor=agent)
    actions.close_ticket(ticket, actor=agent)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


@pytest.mark.slow
def test_another_desks_export_comes_in_through_the_shipped_mapping(cases_dir: Path) -> None:
    path = cases_dir / "tickets" / "export-other-desk.csv"
    report = run(path, mapping=str(MAPPING))
    assert "2303 created" in report
    first = Ticket.objects.get(external_id="bx-00000")
    assert first.opened_at == datetime(2026, 4, 10, 8, 0, tzinfo=UTC), "day first, London summer"
    assert first.requester is not None
    assert first.requester.name == "Customer 153"
    assert first.requester.email == "customer153@example.org"
    assert "\n\n1. Firstly" in first.resolution
    assert Customer.objects.count() == 397
    assert Category.objects.filter(name="ORDER").count() == 1
    assert "0 created, 0 updated, 2303 unchanged" in run(path, mapping=str(MAPPING))


def test_an_import_tells_nobody(file: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        run(file(GOOD))
    assert callbacks == []
    ticket = Ticket.objects.get()
    told = EventRecord.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk)
    assert [row.name for row in told] == ["ticket.imported"]
    assert not EventRecord.objects.filter(dispatched_at=None).exists()
    assert not Delivery.objects.exists()
    assert not Notification.objects.exists()
    assert ticket.technician is None


def test_all_or_nothing(file: Any) -> None:
    path = file(GOOD, "A-2,someday,Ann Lee,ann@else.test,Jam,It jams.,,,,,\n")
    with pytest.raises(CommandError, match="Nothing was stored"):
        run(path)
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()
    assert not Category.objects.exists()


def test_skip_bad_keeps_the_good_and_names_the_line(file: Any) -> None:
    bad = "A-2,2026-03-01T10:00:00Z,Ann Lee,nobody,Jam,It jams.,,,,,\n"
    report = run(file(GOOD, bad, GOOD.replace("A-1", "A-3")), skip_bad=True)
    assert "row 3: requester_email: “nobody” is no e-mail address." in report
    assert "2 created" in report
    assert set(Ticket.objects.values_list("external_id", flat=True)) == {"A-1", "A-3"}


def test_dry_run_stores_nothing(file: Any) -> None:
    assert "1 created" in run(file(GOOD), dry_run=True)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (",2026-03-01,Ann,a@b.test,S,D,,,,,", "external_id"),
        ("A,,Ann,a@b.test,S,D,,,,,", "opened_at"),
        ("A,31/31/2026,Ann,a@b.test,S,D,,,,,", "opened_at"),
        ("A,0001-01-01,Ann,a@b.test,S,D,,,,,", "opened_at"),
        ("A,2026-03-01,Ann,a@b.test,,,,,,,", "subject"),
        ("A,2026-03-01,Ann,a@b.test,S,D,,sleeping,,,", "status"),
        ("A,2026-03-01,Ann,a@b.test,S,D,,closed,,,", "resolution"),
        ("A,2026-03-01,Ann,a@b.test,S,D,,,,javascript:alert(1),", "source_url"),
        ("A,2026-03-01,Ann,a@b.test,S,D,,,,,NO-SUCH", "device_serial"),
        (f"A,2026-03-01,Ann,a@b.test,S,{'x' * 100_001},,,,,", "description"),
    ],
)
def test_a_bad_cell_is_named(file: Any, cells: str, field: str) -> None:
    report = run(file(cells + "\n"), skip_bad=True)
    assert f"row 2: {field}: " in report
    assert not Ticket.objects.exists()


def test_the_same_number_twice_in_a_file_is_refused(file: Any) -> None:
    assert "row 3: external_id" in run(file(GOOD, GOOD), skip_bad=True)
    assert Ticket.objects.count() == 1


def test_a_known_requester_and_device_are_used(file: Any, device: Device) -> None:
    contact = make_contact(device.customer, name="Known", email="known@acme.test")
    serial = device.serial.lower()
    row = f"A-1,2026-03-01T10:00:00Z,Other,KNOWN@acme.test,Jam,It jams.,,,,,{serial}\n"
    run(file(row))
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.customer, ticket.device) == (contact, device.customer, device)


def test_a_device_of_somebody_else_is_refused(file: Any, device: Device) -> None:
    row = f"A-1,2026-03-01T10:00:00Z,Ann,ann@else.test,Jam,It jams.,,,,,{device.serial}\n"
    assert "row 2: device: " in run(file(row), skip_bad=True)
    assert not Contact.objects.filter(email="ann@else.test").exists()


def test_a_ticket_that_is_here_stays_as_it_is(file: Any, agent: User) -> None:
    run(file(GOOD))
    actions.edit_ticket(Ticket.objects.get(), {"subject": "Jam in tray 2"}, actor=agent)
    run(file(GOOD))
    assert Ticket.objects.get().subject == "Jam in tray 2"


def test_an_unknown_mapping_or_zone_is_explained(file: Any) -> None:
    with pytest.raises(CommandError, match="no column “Nr”"):
        run(file(GOOD), map=["external_id=Nr"])
    with pytest.raises(CommandError, match="no time zone"):
        run(file(GOOD), zone="Mars/Base")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ann Lee <ann@else.test>", ("Ann Lee", "ann@else.test")),
        ('"Lee, Ann" <Ann@Else.test>', ("Lee, Ann", "ann@else.test")),
        ("ann@else.test", ("ann", "ann@else.test")),
    ],
)
def test_name_and_address_in_one_cell(cell: str, expected: tuple[str, str]) -> None:
    assert read_requester(Row(2, {"requester": cell})) == expected


@pytest.mark.parametrize("cell", ["", "Ann Lee", "<>", "a@b@c", "ann@"])
def test_a_cell_without_an_address_is_refused(cell: str) -> None:
    with pytest.raises(RowError):
        read_requester(Row(2, {"requester": cell}))


@pytest.mark.parametrize(
    ("text", "month_first", "expected"),
    [
        ("10/04/2026 09:00", False, datetime(2026, 4, 10, 8, 0, tzinfo=UTC)),
        ("10.04.2026", False, datetime(2026, 4, 9, 23, 0, tzinfo=UTC)),
        ("04/10/2026 09:00", True, datetime(2026, 4, 10, 8, 0, tzinfo=UTC)),
        ("2026-01-05T09:00:00+02:00", False, datetime(2026, 1, 5, 7, 0, tzinfo=UTC)),
        ("2026-01-05 09:00", False, datetime(2026, 1, 5, 9, 0, tzinfo=UTC)),
    ],
)
def test_dates_in_many_forms(text: str, month_first: bool, expected: datetime) -> None:
    reading = Reading(zone=ZoneInfo("Europe/London"), month_first=month_first)
    assert read_moment(text, reading, "opened_at") == expected
