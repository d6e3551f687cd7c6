"""The pages of devices: staff, portal, labels and scanning."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Customer
from devices import labels
from devices.models import Device, Product
from servicelogs.actions import log_work
from tests.factories.people import make_customer
from tests.factories.work import make_device, make_product, make_ticket

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HOSTILE = "<script>alert(1)</script>'; DROP TABLE x; -- عربي 🖨️"


def opened(client: Client, url: str) -> str:
    """The hidden opening state of an edit form."""
    return client.get(url).context["form"].fields["opened"].initial


def form_data(device: Device, **changes: str) -> dict[str, str]:
    data = {
        "serial": device.serial,
        "product": str(device.product_id),
        "status": device.status,
        "location": device.location,
    }
    return data | changes


@pytest.mark.parametrize(
    ("query", "serials"),
    [
        ({"q": "klp420 7f3a"}, ["KLP420-7F3A-20871"]),
        ({"q": "globex"}, ["GLX-1"]),
        ({"kind": "server"}, []),
        ({"status": "active", "sort": "serial"}, ["GLX-1", "KLP420-7F3A-20871"]),
        ({"ending": "on"}, []),
    ],
)
def test_the_list_filters_and_sorts(
    client_of: ClientOf,
    agent: User,
    device: Device,
    other_device: Device,
    query: dict,
    serials: list,
) -> None:
    page = client_of(agent).get(reverse("devices:index"), query)
    assert [row.serial for row in page.context["rows"]] == serials


def test_the_list_comes_as_csv(client_of: ClientOf, agent: User, device: Device) -> None:
    page = client_of(agent).get(reverse("devices:index"), {"format": "csv"})
    text = b"".join(page.streaming_content).decode()
    assert "KLP420-7F3A-20871,Acme Dental" in text
    assert not text.startswith("\ufeffLabel")


def test_the_page_shows_facts_history_and_panels(
    client_of: ClientOf, agent: User, device: Device
) -> None:
    text = client_of(agent).get(device.get_absolute_url()).content.decode()
    for words in (
        "KLP420-7F3A-20871",
        "Acme Dental",
        f"/tickets/of-device/{device.pk}/",
        "QR code",
    ):
        assert words in text


def test_a_technician_sees_only_devices_of_own_jobs(
    client_of: ClientOf, alice: User, device: Device, other_device: Device
) -> None:
    make_ticket(device.customer, device=device, technician=alice.technician)
    client = client_of(alice)
    assert client.get(device.get_absolute_url()).status_code == 200
    assert client.get(other_device.get_absolute_url()).status_code == 404
    assert client.get(reverse("devices:edit", args=[device.pk])).status_code == 403
    assert client.get(reverse("devices:label", args=[other_device.pk])).status_code == 404


def test_registering_asks_first_whose_it_is(
    client_of: ClientOf, agent: User, acme: Customer
) -> None:
    client = client_of(agent)
    url = reverse("devices:create")
    assert f"?customer={acme.pk}" in client.get(url, {"q": "acme"}).content.decode()
    product = make_product()
    page = client.post(
        f"{url}?customer={acme.pk}",
        {"serial": " new 1 ", "product": product.pk, "status": "active"},
    )
    device = Device.objects.get()
    assert (page.url, device.serial, device.customer) == (
        device.get_absolute_url(), "new 1", acme,
    )  # fmt: skip


@pytest.mark.parametrize("asked", ["99999", "x", "9" * 40])
def test_an_unknown_owner_is_404(client_of: ClientOf, agent: User, asked: str) -> None:
    page = client_of(agent).get(reverse("devices:create"), {"customer": asked})
    assert page.status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"serial": "klp420 -7f3a-20871"}, "already registered"),
        ({"serial": "   "}, "Enter the serial number"),
        ({"serial": "a\x00b"}, "Null characters"),
        ({"product": ""}, "Choose the product"),
        ({"purchased_on": "2026-02-01", "warranty_until_on": "2026-01-01"}, "cannot end before"),
        ({"notes": "x" * 100_000}, "at most 20000"),
    ],
)
def test_bad_input_returns_kindly(
    client_of: ClientOf, agent: User, device: Device, globex: Customer, changes: dict, words: str
) -> None:
    data = form_data(device, serial="FREE-1", location="Kept in the form") | changes
    page = client_of(agent).post(f"{reverse('devices:create')}?customer={globex.pk}", data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Kept in the form" in page.content.decode()
    assert "Acme" not in page.content.decode()


def test_two_editors_lose_nothing(
    client_of: ClientOf, agent: User, manager: User, device: Device
) -> None:
    first, second = client_of(agent), client_of(manager)
    url = reverse("devices:edit", args=[device.pk])
    state_first, state_second = opened(first, url), opened(second, url)
    first.post(url, form_data(device, location="Cellar", opened=state_first))
    page = second.post(url, form_data(device, location="Attic", opened=state_second))
    assert page.status_code == 409
    assert "Cellar" in page.content.decode()
    assert "Attic" in page.content.decode()
    device.refresh_from_db()
    assert (device.location, device.version) == ("Cellar", 2)


def test_an_edit_is_stored(client_of: ClientOf, agent: User, device: Device) -> None:
    client = client_of(agent)
    url = reverse("devices:edit", args=[device.pk])
    client.post(url, form_data(device, status="retired", opened=opened(client, url)))
    device.refresh_from_db()
    assert device.status == "retired"


def test_only_managers_delete(
    client_of: ClientOf, agent: User, manager: User, device: Device
) -> None:
    url = reverse("devices:delete", args=[device.pk])
    assert client_of(agent).post(url).status_code == 403
    assert client_of(manager).get(url).status_code == 200
    assert client_of(manager).post(url).status_code == 302
    assert not Device.objects.exists()


def test_products_are_listed_added_and_changed(client_of: ClientOf, agent: User) -> None:
    client = client_of(agent)
    client.post(
        reverse("devices:product_create"), {"kind": "server", "brand": "Stratus", "model": "R250"}
    )
    product = Product.objects.get()
    url = reverse("devices:product_edit", args=[product.pk])
    client.post(url, {"kind": "server", "brand": "Stratus", "model": "R260"})
    assert "R260" in client.get(reverse("devices:products")).content.decode()
    again = {"kind": "server", "brand": " STRATUS", "model": "r260"}
    page = client.post(reverse("devices:product_create"), again)
    assert page.status_code == 422
    assert "in the list already" in page.content.decode()


def test_the_customer_panel_lists_devices(
    client_of: ClientOf, agent: User, device: Device, other_device: Device
) -> None:
    url = reverse("devices:customer_panel", args=[device.customer_id])
    text = client_of(agent).get(url).content.decode()
    assert device.serial in text
    assert other_device.serial not in text


def test_a_label_is_a_plain_svg(client_of: ClientOf, agent: User, device: Device) -> None:
    page = client_of(agent).get(reverse("devices:label", args=[device.pk]))
    assert page.headers["Content-Type"] == "image/svg+xml"
    assert page.content.startswith(b"<?xml")
    assert b"script" not in page.content


def test_a_label_sheet_is_a_pdf(client_of: ClientOf, agent: User, device: Device) -> None:
    make_device(device.customer, serial=HOSTILE[:60], product=make_product(HOSTILE[:70], HOSTILE))
    pks = list(Device.objects.values_list("pk", flat=True))
    page = client_of(agent).get(reverse("devices:labels"), {"pk": pks})
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF")


@pytest.mark.parametrize("pks", [[], ["x"], range(1, 98)])
def test_a_sheet_needs_some_devices_and_not_too_many(
    client_of: ClientOf, agent: User, pks: list
) -> None:
    page = client_of(agent).get(reverse("devices:labels"), {"pk": list(pks)})
    assert page.status_code == 409
    assert "Select between" in page.content.decode()


def test_a_sheet_of_devices_out_of_sight_is_404(
    client_of: ClientOf, alice: User, device: Device
) -> None:
    assert client_of(alice).get(reverse("devices:labels"), {"pk": device.pk}).status_code == 404


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/", "data:text/html,x", "desk:other"]
)
def test_the_sheet_fetches_nothing(url: str) -> None:
    with pytest.raises(labels.FetchRefused):
        labels._fetch(url)


def test_scanning_leads_each_to_their_page(
    client_of: ClientOf, agent: User, carol: User, dave: User, alice: User, device: Device
) -> None:
    url = reverse("devices:scan", args=[device.label_code])
    assert client_of(agent).get(url).url == f"/devices/{device.pk}/"
    assert client_of(carol).get(url).url == f"/portal/devices/{device.pk}/"
    assert client_of(dave).get(url).status_code == 404
    assert client_of(alice).get(url).status_code == 404
    assert Client().get(url).url.endswith(f"?next={url}")


def test_a_customer_sees_own_devices_only(
    client_of: ClientOf, carol: User, device: Device, other_device: Device
) -> None:
    client = client_of(carol)
    text = client.get(reverse("devices:portal_index")).content.decode()
    assert device.serial in text
    assert other_device.serial not in text
    assert client.get(reverse("devices:portal_detail", args=[device.pk])).status_code == 200
    other = reverse("devices:portal_detail", args=[other_device.pk])
    assert client.get(other).status_code == 404


@pytest.mark.parametrize("page", ["detail", "edit", "delete", "label"])
def test_a_customer_sees_no_staff_page(
    client_of: ClientOf, carol: User, device: Device, page: str
) -> None:
    assert client_of(carol).get(reverse(f"devices:{page}", args=[device.pk])).status_code == 404


def test_staff_sees_no_portal_page(client_of: ClientOf, agent: User, device: Device) -> None:
    assert client_of(agent).get(reverse("devices:portal_index")).status_code == 404


def test_the_portal_page_hides_notes_and_shows_tickets(
    client_of: ClientOf, carol: User, device: Device
) -> None:
    Device.objects.update(notes="Canary for staff")
    ticket = make_ticket(device.customer, device=device)
    text = client_of(carol).get(reverse("devices:portal_detail", args=[device.pk])).content.decode()
    assert "Canary" not in text
    assert ticket.reference in text


def test_a_device_that_moved_does_not_bring_old_tickets(
    client_of: ClientOf, carol: User, dave: User, device: Device, globex: Customer
) -> None:
    ticket = make_ticket(device.customer, device=device, subject="Secret of Acme")
    Device.objects.update(customer=globex)
    text = client_of(dave).get(reverse("devices:portal_detail", args=[device.pk])).content.decode()
    assert ticket.subject not in text


def test_a_customer_registers_a_known_product(
    client_of: ClientOf, carol: User, acme: Customer
) -> None:
    product = make_product("Blue Sky", "LaserPro 420")
    page = client_of(carol).post(
        reverse("devices:portal_create"),
        {"serial": "kl 1", "product": "blue sky laserpro 420", "location": "Desk"},
    )
    device = Device.objects.get()
    assert (device.customer, device.product) == (acme, product)
    assert page.url == reverse("devices:portal_detail", args=[device.pk])


def test_a_customer_registers_an_unknown_product(
    client_of: ClientOf, carol: User, acme: Customer
) -> None:
    client_of(carol).post(
        reverse("devices:portal_create"), {"serial": "kl 1", "product": " Stratus  R 250"}
    )
    product = Device.objects.get().product
    assert (product.brand, product.model, product.kind) == ("Stratus", "R 250", "other")


@pytest.mark.parametrize(
    ("serial", "product", "words"),
    [
        ("glx - 1", "A B", "If the device is yours, report a problem"),
        (" ", "A B", "Enter the serial number"),
        ("a\x00", "A B", "Null characters"),
        ("X1", "Printer", "Write brand and model"),
        ("X1", "", "Say which device it is"),
        ("X" * 101, "A B", "at most 100"),
    ],
)
def test_a_bad_registration_returns_kindly_and_stores_nothing(
    client_of: ClientOf, carol: User, other_device: Device, serial: str, product: str, words: str
) -> None:
    products = Product.objects.count()
    page = client_of(carol).post(
        reverse("devices:portal_create"), {"serial": serial, "product": product}
    )
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Globex" not in page.content.decode()
    assert (Device.objects.count(), Product.objects.count()) == (1, products)


def test_a_device_cannot_be_pushed_on_another_customer(
    client_of: ClientOf, carol: User, acme: Customer, globex: Customer
) -> None:
    client_of(carol).post(
        reverse("devices:portal_create"),
        {"serial": "kl 1", "product": "A B", "customer": globex.pk, "status": "retired"},
    )
    assert (Device.objects.get().customer, Device.objects.get().status) == (acme, "active")


def test_hostile_text_is_shown_as_text(
    client_of: ClientOf, carol: User, agent: User, acme: Customer
) -> None:
    client_of(carol).post(
        reverse("devices:portal_create"),
        {"serial": HOSTILE, "product": HOSTILE, "location": HOSTILE},
    )
    device = Device.objects.get()
    staff, portal = client_of(agent), client_of(carol)
    pages = [
        staff.get(device.get_absolute_url()),
        staff.get(reverse("devices:index")),
        staff.get(reverse("devices:customer_panel", args=[acme.pk])),
        portal.get(reverse("devices:portal_index")),
        portal.get(reverse("devices:portal_detail", args=[device.pk])),
        portal.get(reverse("devices:portal_create")),
    ]
    for page in pages:
        assert b"<script>alert" not in page.content
        assert b"&lt;script&gt;alert" in page.content


def test_the_work_done_on_a_device_is_shown(
    client_of: ClientOf, agent: User, alice: User, device: Device, other_device: Device
) -> None:
    ticket = make_ticket(device.customer, device=device)
    log_work(ticket, kind="visit", done="New <b>roller", minutes=30, actor=agent)
    url = reverse("servicelogs:device_panel", args=[device.pk])
    assert url in client_of(agent).get(device.get_absolute_url()).content.decode()
    assert "New &lt;b&gt;roller" in client_of(agent).get(url).content.decode()
    assert client_of(alice).get(url).status_code == 404
    other = reverse("servicelogs:device_panel", args=[other_device.pk])
    assert "No work was logged yet." in client_of(agent).get(other).content.decode()


@pytest.mark.parametrize("page", ["devices:index", "devices:products"])
def test_queries_do_not_grow(
    client_of: ClientOf, agent: User, django_assert_max_num_queries: Callable, page: str
) -> None:
    for _ in range(20):
        make_device(make_customer())
    client = client_of(agent)
    with django_assert_max_num_queries(12):
        client.get(reverse(page))


def test_a_list_of_one_page_has_no_pager_and_counts_in_words(
    client_of: ClientOf, agent: User, device: Device
) -> None:
    make_ticket(device.customer, device=device)
    page = client_of(agent).get(reverse("devices:index")).content.decode()
    assert 'aria-label="Pages"' not in page
    assert "&nbsp;open ticket</span>" in page
    for number in range(25):
        make_device(device.customer, serial=f"N-{number}", product=device.product)
    page = client_of(agent).get(reverse("devices:index"), {"size": 25}).content.decode()
    assert 'aria-label="Pages"' in page
