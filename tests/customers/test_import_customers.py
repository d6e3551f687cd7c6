"""manage.py import_customers and the same in the administration."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import EventRecord
from customers.models import Contact, Customer

pytestmark = pytest.mark.django_db
GOOD = """external_id,name,email,phone,city,kind,contact_name,contact_email
c1,Bright Dental,Office@Bright.test,0117 496 0142,Bristol,Company,Ann,ann@bright.test
c2,Ben Person,ben@x.test,,Bath,person,,
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Writes the text to a file, imports it and returns what was printed."""

    def run(text: str | bytes, *options: str) -> str:
        file = tmp_path / "customers.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = io.StringIO()
        try:
            call_command("import_customers", str(file), *options, stdout=out, stderr=out)
        except CommandError as error:
            out.write(f"ERROR {error}")
        return out.getvalue()

    return run


def test_a_good_file_is_stored(run: Callable) -> None:
    assert "2 created, 0 updated, 0 unchanged, 0 refused" in run(GOOD)
    bright = Customer.objects.get(external_id="c1")
    assert (bright.email, bright.phone.as_e164) == ("office@bright.test", "+441174960142")
    assert (bright.kind, bright.contacts.get().email) == ("company", "ann@bright.test")
    assert Customer.objects.get(external_id="c2").kind == "person"
    assert EventRecord.objects.filter(name="customer.created").count() == 2


def test_again_it_creates_nothing(run: Callable) -> None:
    run(GOOD)
    assert "0 created, 0 updated, 2 unchanged" in run(GOOD)
    assert "0 created, 1 updated, 1 unchanged" in run(GOOD.replace("Bath", "Wells"))
    assert (Customer.objects.count(), Contact.objects.count()) == (2, 1)


def test_a_column_that_is_not_there_changes_nothing(run: Callable) -> None:
    run(GOOD)
    run("external_id,name\nc1,Brighter\n")
    bright = Customer.objects.get(external_id="c1")
    assert (bright.name, bright.city) == ("Brighter", "Bristol")


def test_a_dry_run_stores_nothing(run: Callable) -> None:
    out = run(GOOD, "--dry-run")
    assert "2 created" in out
    assert "nothing was stored" in out
    assert not Customer.objects.exists()


BAD = (
    GOOD
    + "c3,,x@y.test,,,,,\nc4,Dup,ben@X.test,,,,,\nc5,Bad phone,,call me,,,,\nc6,Ok,,,,planet,,\n"
)


def test_bad_rows_are_numbered_and_leave_nothing(run: Callable) -> None:
    out = run(BAD)
    assert "row 4: name: Enter a name." in out
    assert "row 5: email: ben@x.test already belongs" in out
    assert "row 6: phone:" in out
    assert "row 7: kind: “planet”" in out
    assert "Nothing was stored" in out
    assert not Customer.objects.exists()


def test_skip_bad_keeps_the_good_ones(run: Callable) -> None:
    assert "2 created, 0 updated, 0 unchanged, 4 refused" in run(BAD, "--skip-bad")
    assert Customer.objects.count() == 2


def test_another_systems_columns_are_mapped(run: Callable, tmp_path: Path) -> None:
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"name": "Firma", "external_id": "Nr"}))
    text = "Nr;Firma;Mail\n7;Müller & Söhne;m@x.test\n".encode("cp1252")
    assert "1 created" in run(text, "--mapping", str(mapping), "--map", "email=Mail")
    assert Customer.objects.get(external_id="7").name == "Müller & Söhne"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "No column for name"),
        ("external_id,name\n1,A\n1,B\n", "twice"),
        ("name\nA\x00B\n", "NUL"),
    ],
)
def test_a_hopeless_file_is_refused_in_words(run: Callable, text: str, words: str) -> None:
    out = run(text)
    assert "ERROR" in out
    assert words in out
    assert not Customer.objects.exists()


def test_formulas_are_text(run: Callable) -> None:
    run("external_id,name\n1,=HYPERLINK(1)\n")
    assert Customer.objects.get().name == "=HYPERLINK(1)"


def upload(client: Client, text: str) -> str:
    """Send a file to the import page of the administration and confirm; what it said."""
    file = SimpleUploadedFile("c.csv", text.encode(), "text/csv")
    url = reverse("admin:customers_customer_import")
    page = client.post(url, {"format": "0", "import_file": file, "resource": ""})
    confirm = page.context.get("confirm_form")
    if confirm is None:
        return page.content.decode()
    url = reverse("admin:customers_customer_process_import")
    return client.post(url, confirm.initial, follow=True).content.decode()


def test_the_administration_imports_the_same_way(client_of: Callable, admin: User) -> None:
    client = client_of(admin)
    text = "external_id,name,email\nc1,Bright,Office@B.test\nc2,Ben,\n"
    assert "Import finished" in upload(client, text)
    assert Customer.objects.get(external_id="c1").email == "office@b.test"
    upload(client, text.replace("Ben", "Benny"))
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Benny", "Bright"]
    assert EventRecord.objects.filter(name="customer.created", actor=admin).count() == 2


def test_the_administration_refuses_bad_rows(client_of: Callable, admin: User) -> None:
    page = upload(client_of(admin), "external_id,name,email\nc1,A,a@x.test\nc2,B,A@X.test\n")
    assert "Import finished" not in page
    assert not Customer.objects.exists()
