"""The pages every app builds on: list, detail, edit, delete."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import pages
from core.models import EventRecord
from customers.models import Customer
from devices.models import Device, Product
from tests.factories.work import make_device, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
SignIn = Callable[[User], Client]


@pytest.fixture
def desk(client_of: SignIn, agent: User) -> Client:
    return client_of(agent)


def serials(response: Any) -> list[str]:
    return [device.serial for device in response.context["rows"]]


def test_a_list_shows_what_the_reader_may_see(desk: Client, device: Device) -> None:
    assert serials(desk.get("/demo/devices/")) == [device.serial]


def test_a_list_starts_from_visible_to(client_of: SignIn, alice: User, device: Device) -> None:
    assert serials(client_of(alice).get("/demo/devices/")) == []


def test_htmx_gets_only_the_rows(desk: Client, device: Device) -> None:
    response = desk.get("/demo/devices/?q=", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "<html" not in text
    assert device.serial in text
    assert "HX-Request" in response["Vary"]
    assert response["HX-Push-Url"] == "/demo/devices/"


def test_the_whole_page_varies_by_htmx_too(desk: Client) -> None:
    assert "HX-Request" in desk.get("/demo/devices/")["Vary"]


def test_a_boosted_link_gets_the_whole_page(desk: Client) -> None:
    headers = {"HX-Request": "true", "HX-Boosted": "true"}
    assert b"<html" in desk.get("/demo/devices/", headers=headers).content


def test_a_column_sorts_both_ways(desk: Client, acme: Customer) -> None:
    for serial in ("B", "a", "C"):
        make_device(acme, serial=serial)
    assert serials(desk.get("/demo/devices/?sort=serial")) == ["a", "B", "C"]
    assert serials(desk.get("/demo/devices/?sort=-serial")) == ["C", "B", "a"]


@pytest.mark.parametrize("sort", ["customer__notes", "--serial", "product", "?", "password", "-"])
def test_a_sort_that_is_no_column_is_ignored(desk: Client, device: Device, sort: str) -> None:
    response = desk.get("/demo/devices/", {"sort": sort})
    assert response.status_code == 200
    assert response.context["order"] == "serial"


def test_the_sorted_column_says_so(desk: Client, device: Device) -> None:
    text = desk.get("/demo/devices/?sort=-serial").content.decode()
    assert text.count("aria-sort") == 1
    assert 'aria-sort="descending"' in text


def test_a_filter_narrows_and_the_search_finds(desk: Client, acme: Customer) -> None:
    make_device(acme, serial="ONE", status="retired")
    make_device(acme, serial="TWO")
    assert serials(desk.get("/demo/devices/?status=retired")) == ["ONE"]
    assert serials(desk.get("/demo/devices/?q=tw")) == ["TWO"]


def test_a_tick_narrows_only_when_it_is_set(desk: Client, acme: Customer) -> None:
    make_device(acme, serial="ONE", status="retired")
    make_device(acme, serial="TWO")
    assert serials(desk.get("/demo/devices/?retired=on")) == ["ONE"]
    assert len(serials(desk.get("/demo/devices/?retired="))) == 2


def test_two_choices_of_a_filter_are_either(desk: Client, acme: Customer) -> None:
    make_device(acme, serial="ONE", status="retired")
    make_device(acme, serial="TWO")
    assert len(serials(desk.get("/demo/devices/?status=retired&status=active"))) == 2


def test_a_filter_that_cannot_be_read_shows_nothing_and_says_why(
    desk: Client, device: Device
) -> None:
    response = desk.get("/demo/devices/?status=broken")
    assert serials(response) == []
    assert "Select a valid choice" in response.content.decode()


def test_pages_keep_filter_and_order(desk: Client, acme: Customer) -> None:
    for n in range(60):
        make_device(acme, serial=f"S{n:03d}")
    response = desk.get("/demo/devices/?sort=-serial&status=active&page=2&q=")
    assert serials(response)[0] == "S034"
    assert response.context["next_query"] == "?sort=-serial&status=active&page=3"
    assert len(serials(desk.get("/demo/devices/?size=50"))) == 50


@pytest.mark.parametrize("number", ["0", "-3", "x", "²", "٣", "9" * 40, "", "1e3", "99"])
def test_a_page_number_is_brought_into_range(desk: Client, acme: Customer, number: str) -> None:
    for n in range(30):
        make_device(acme, serial=f"S{n:03d}")
    response = desk.get("/demo/devices/", {"page": number})
    assert response.status_code == 200
    assert response.context["page"].number in {1, 2}


@pytest.mark.parametrize("size", ["1000000", "0", "-1", "x"])
def test_a_page_size_is_one_of_three(desk: Client, size: str) -> None:
    assert desk.get("/demo/devices/", {"size": size}).context["page"].size == 25


def test_counting_stops_at_the_limit(
    desk: Client, acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "COUNT_LIMIT", 30)
    for n in range(31):
        make_device(acme, serial=f"S{n:03d}")
    page = desk.get("/demo/devices/?page=9").context["page"]
    assert page.count_words == "30+"
    assert page.last_number == 2
    assert len(page.rows) == 5


def test_a_list_asks_as_often_for_3_rows_as_for_30(desk: Client, acme: Customer) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get("/demo/devices/?size=50")
        return len(captured)

    for _ in range(3):
        make_device(acme)
    few = queries()
    for _ in range(27):
        make_device(acme)
    assert queries() == few


def test_no_rows_at_all_and_none_that_match_are_told_apart(desk: Client, device: Device) -> None:
    assert "Nothing matches" in desk.get("/demo/devices/?q=zzz").content.decode()
    device.delete()
    assert "There are no devices yet" in desk.get("/demo/devices/").content.decode()


def read_csv(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_the_file_holds_the_filtered_list_in_order(desk: Client, acme: Customer) -> None:
    for serial in ("XX1", "XX2", "YY1"):
        make_device(acme, serial=serial)
    response = desk.get("/demo/devices/?format=csv&q=xx&sort=-serial")
    assert response["Content-Disposition"] == 'attachment; filename="device.csv"'
    header, *rows = read_csv(response)
    assert header == ["Serial number", "Customer", "Status", "Product", "Warranty"]
    assert [row[0] for row in rows] == ["XX2", "XX1"]
    assert rows[0][2] == "In use"


def test_the_file_is_written_in_one_query_and_never_runs_a_formula(
    desk: Client, acme: Customer
) -> None:
    make_device(acme, serial="=cmd|' /C calc'!A0")
    _, row = read_csv(desk.get("/demo/devices/?format=csv"))
    assert row[0].startswith("'=")


def test_a_detail_page_is_404_for_what_is_not_seen(
    client_of: SignIn, desk: Client, alice: User, device: Device
) -> None:
    assert desk.get(f"/demo/devices/{device.pk}/").context["device"] == device
    assert client_of(alice).get(f"/demo/devices/{device.pk}/").status_code == 404


PRODUCT = {"brand": "Kestrel", "model": "TP-80", "kind": "printer"}


def test_a_record_is_made_and_recorded(desk: Client, agent: User) -> None:
    response = desk.post("/demo/products/add/", PRODUCT)
    assert response.status_code == 302
    made = Product.objects.get(model="TP-80")
    event = EventRecord.objects.get(name="record.created", subject_id=made.pk)
    assert (event.actor, event.sentence) == (agent, "created Kestrel TP-80")


def test_a_change_names_the_fields_and_not_the_values(desk: Client) -> None:
    product = make_product(model="TP-80")
    desk.post(f"/demo/products/{product.pk}/", {**PRODUCT, "brand": "Falcon"})
    assert EventRecord.objects.get(name="record.changed").payload == {
        "label": "Falcon TP-80",
        "fields": "Brand",
    }


def test_an_invalid_form_is_422_and_keeps_what_was_typed(desk: Client) -> None:
    response = desk.post("/demo/products/add/", {**PRODUCT, "brand": "", "model": "kept words"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "kept words" in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_brand_error"' in text


def test_seen_but_not_allowed_is_403(client_of: SignIn, sam: User) -> None:
    product = make_product()
    for url in (
        "/demo/products/add/",
        f"/demo/products/{product.pk}/",
        f"/demo/products/{product.pk}/delete/",
    ):
        assert client_of(sam).get(url).status_code == 403
        assert client_of(sam).post(url, PRODUCT).status_code == 403


def test_a_record_is_asked_about_then_deleted(desk: Client) -> None:
    product = make_product()
    assert desk.get(f"/demo/products/{product.pk}/delete/").status_code == 200
    assert Product.objects.filter(pk=product.pk).exists()
    assert desk.post(f"/demo/products/{product.pk}/delete/").status_code == 302
    assert not Product.objects.filter(pk=product.pk).exists()


def test_a_record_in_use_stays(desk: Client, device: Device) -> None:
    response = desk.post(f"/demo/products/{device.product_id}/delete/")
    assert response.status_code == 409
    assert "still in use" in response.content.decode()
    assert not EventRecord.objects.filter(name="record.deleted").exists()


def test_a_list_is_read_only(desk: Client) -> None:
    assert desk.post("/demo/devices/").status_code == 405
