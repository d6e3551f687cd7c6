"""The pages of customers: who sees what, lists, forms, conflicts, deletion."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Contact, Customer
from tests.factories.people import make_contact, make_customer
from tests.factories.work import make_device, make_ticket

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HOSTILE = "<script>alert(1)</script>'; DROP TABLE x; -- \u202eعربي 👩‍👩‍👧"


def form_data(customer: Customer | None = None, **changes: str) -> dict[str, str]:
    """What the browser sends for the customer form."""
    data = {"kind": "company", "name": "New Ltd", "country": "GB"}
    if customer:
        data |= {
            "name": customer.name,
            "email": customer.email or "",
            "street": customer.street,
            "postcode": customer.postcode,
            "city": customer.city,
            "latitude": str(customer.latitude),
            "longitude": str(customer.longitude),
        }
    return data | changes


def opened(client: Client, url: str) -> str:
    """The hidden opening state of an edit form."""
    return client.get(url).context["form"].fields["opened"].initial


def test_the_list_shows_counts(client_of: ClientOf, agent: User, acme: Customer) -> None:
    make_ticket(acme, device=make_device(acme))
    page = client_of(agent).get(reverse("customers:index"))
    row = page.context["rows"][0]
    assert (row.device_count, row.open_count) == (1, 1)
    assert b"Acme Dental" in page.content


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "acme"}, ["Acme Dental"]),
        ({"q": "CAROL"}, ["Acme Dental"]),
        ({"q": "0117 496 0142"}, ["Acme Dental", "Globex Hotels"]),
        ({"q": "nobody"}, []),
        ({"kind": "person"}, []),
        ({"city": "brist"}, ["Acme Dental", "Globex Hotels"]),
        ({"open": "on"}, ["Globex Hotels"]),
        ({"sort": "-name"}, ["Globex Hotels", "Acme Dental"]),
    ],
)
def test_the_list_filters_and_sorts(
    client_of: ClientOf, agent: User, carol: User, globex: Customer, query: dict, names: list
) -> None:
    make_ticket(globex)
    page = client_of(agent).get(reverse("customers:index"), query)
    assert [row.name for row in page.context["rows"]] == names


def test_the_list_comes_as_csv(client_of: ClientOf, agent: User, acme: Customer) -> None:
    make_customer("=cmd()")
    page = client_of(agent).get(reverse("customers:index"), {"format": "csv"})
    text = b"".join(page.streaming_content).decode()
    assert "Acme Dental,Company,office@acme.test" in text
    assert "'=cmd()" in text


def test_the_list_answers_htmx_with_its_rows(
    client_of: ClientOf, agent: User, acme: Customer
) -> None:
    page = client_of(agent).get(reverse("customers:index"), headers={"HX-Request": "true"})
    assert b"Acme Dental" in page.content
    assert b"<html" not in page.content


def test_the_page_shows_the_customer(client_of: ClientOf, agent: User, carol: User) -> None:
    customer = Customer.objects.get()
    page = client_of(agent).get(customer.get_absolute_url())
    for word in ("Acme Dental", "Carol Contact", "/devices/of-customer/", "/tickets/of-customer/"):
        assert word in page.content.decode()


def test_the_page_has_a_history(client_of: ClientOf, agent: User, acme: Customer) -> None:
    client = client_of(agent)
    url = reverse("customers:edit", args=[acme.pk])
    client.post(url, form_data(acme, name="Acme Two", opened=opened(client, url)))
    page = client.get(acme.get_absolute_url(), {"tab": "history"})
    assert "changed name" in page.content.decode()


@pytest.mark.parametrize("page", ["detail", "edit", "delete", "contact_create"])
def test_a_customer_never_sees_these_pages(
    client_of: ClientOf, carol: User, acme: Customer, page: str
) -> None:
    assert client_of(carol).get(reverse(f"customers:{page}", args=[acme.pk])).status_code == 404


def test_a_technician_sees_only_customers_of_own_jobs(
    client_of: ClientOf, alice: User, acme: Customer, globex: Customer
) -> None:
    make_ticket(acme, technician=alice.technician)
    client = client_of(alice)
    assert client.get(acme.get_absolute_url()).status_code == 200
    assert client.get(globex.get_absolute_url()).status_code == 404
    assert client.get(reverse("customers:edit", args=[acme.pk])).status_code == 403
    page = client.get(reverse("customers:index"))
    assert [row.name for row in page.context["rows"]] == ["Acme Dental"]


def test_sales_edits_but_does_not_delete(client_of: ClientOf, sam: User, acme: Customer) -> None:
    client = client_of(sam)
    assert client.get(reverse("customers:edit", args=[acme.pk])).status_code == 200
    assert client.get(reverse("customers:delete", args=[acme.pk])).status_code == 403


def test_a_customer_is_made(client_of: ClientOf, agent: User) -> None:
    page = client_of(agent).post(
        reverse("customers:create"), form_data(email="A@B.test", phone="0117 496 0142")
    )
    customer = Customer.objects.get()
    assert page.url == customer.get_absolute_url()
    assert (customer.email, str(customer.phone.as_e164)) == ("a@b.test", "+441174960142")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter a name."),
        ({"email": " OFFICE@ACME.test "}, "Another customer already has this e-mail address."),
        ({"phone": "call me"}, "This is no phone number."),
        ({"name": "a\x00b"}, "Null characters"),
        ({"notes": "x" * 100_000}, "at most 20000 characters"),
        ({"latitude": "51.4"}, "Give latitude and longitude, or neither."),
        ({"email": "nobody"}, "Add the missing part"),
    ],
)
def test_bad_input_returns_kindly_with_what_was_typed(
    client_of: ClientOf, agent: User, acme: Customer, changes: dict, words: str
) -> None:
    page = client_of(agent).post(
        reverse("customers:create"), form_data(city="Kept in the form", **changes)
    )
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Kept in the form" in page.content.decode()
    assert Customer.objects.count() == 1


def test_hostile_text_is_shown_as_text(client_of: ClientOf, agent: User) -> None:
    client = client_of(agent)
    client.post(reverse("customers:create"), form_data(name=HOSTILE, notes=HOSTILE, city=HOSTILE))
    customer = Customer.objects.get()
    assert customer.notes == HOSTILE
    for url in (
        customer.get_absolute_url(),
        reverse("customers:index"),
        reverse("customers:edit", args=[customer.pk]),
        reverse("customers:find") + "?q=script",
    ):
        text = client.get(url).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_two_editors_lose_nothing(
    client_of: ClientOf, agent: User, sam: User, acme: Customer
) -> None:
    first, second = client_of(agent), client_of(sam)
    url = reverse("customers:edit", args=[acme.pk])
    state_first, state_second = opened(first, url), opened(second, url)
    first.post(url, form_data(acme, name="Acme One", opened=state_first))
    page = second.post(url, form_data(acme, name="Acme Two", city="Bath", opened=state_second))
    assert page.status_code == 409
    assert "Acme One" in page.content.decode()
    assert "Acme Two" in page.content.decode()
    acme.refresh_from_db()
    assert (acme.name, acme.city) == ("Acme One", "Bristol")


def test_two_editors_of_different_fields_both_win(
    client_of: ClientOf, agent: User, sam: User, acme: Customer
) -> None:
    first, second = client_of(agent), client_of(sam)
    url = reverse("customers:edit", args=[acme.pk])
    state_second = opened(second, url)
    first.post(url, form_data(acme, name="Acme One", opened=opened(first, url)))
    second.post(url, form_data(acme, city="Bath", opened=state_second))
    acme.refresh_from_db()
    assert (acme.name, acme.city) == ("Acme One", "Bath")


def test_the_deletion_page_counts_what_goes(
    client_of: ClientOf, manager: User, acme: Customer
) -> None:
    make_ticket(acme, device=make_device(acme))
    make_ticket(acme)
    page = client_of(manager).get(reverse("customers:delete", args=[acme.pk]))
    assert {("tickets", 2), ("devices", 1), ("contacts", 1)} <= set(page.context["loss"])
    assert Customer.objects.exists()


def test_deleting_needs_the_name(client_of: ClientOf, manager: User, acme: Customer) -> None:
    client = client_of(manager)
    url = reverse("customers:delete", args=[acme.pk])
    assert client.post(url, {"name": "Acme"}).status_code == 422
    assert Customer.objects.exists()
    assert client.post(url, {"name": " acme  dental"}).status_code == 302
    assert not Customer.objects.exists()


def test_contacts_are_added_changed_and_removed(
    client_of: ClientOf, agent: User, acme: Customer
) -> None:
    client = client_of(agent)
    client.post(reverse("customers:contact_create", args=[acme.pk]), {"name": "Ann"})
    contact = Contact.objects.get()
    url = reverse("customers:contact_edit", args=[contact.pk])
    client.post(url, {"name": "Anna", "is_primary": "on", "opened": opened(client, url)})
    contact.refresh_from_db()
    assert (contact.name, contact.is_primary) == ("Anna", True)
    delete_url = reverse("customers:contact_delete", args=[contact.pk])
    assert client.get(delete_url).status_code == 200
    client.post(delete_url)
    assert not Contact.objects.exists()


def test_a_contacts_bad_input_returns_kindly(
    client_of: ClientOf, agent: User, acme: Customer, carol: User
) -> None:
    page = client_of(agent).post(
        reverse("customers:contact_create", args=[acme.pk]),
        {"name": "Ann", "email": "CAROL@acme.test"},
    )
    assert page.status_code == 422
    assert "Another contact already has this e-mail address." in page.content.decode()


def test_a_new_main_contact_is_no_error(client_of: ClientOf, agent: User, acme: Customer) -> None:
    make_contact(acme, is_primary=True)
    page = client_of(agent).post(
        reverse("customers:contact_create", args=[acme.pk]), {"name": "Ann", "is_primary": "on"}
    )
    assert page.status_code == 302
    assert acme.contacts.get(is_primary=True).name == "Ann"


def test_a_technician_does_not_change_contacts(
    client_of: ClientOf, alice: User, acme: Customer
) -> None:
    ticket = make_ticket(acme, technician=alice.technician)
    url = reverse("customers:contact_edit", args=[ticket.requester.pk])
    assert client_of(alice).get(url).status_code == 403


def test_finding_shows_a_few_links(client_of: ClientOf, agent: User, acme: Customer) -> None:
    page = client_of(agent).get(reverse("customers:find"), {"q": "acm"})
    assert f'href="?customer={acme.pk}"' in page.content.decode()
    assert client_of(agent).get(reverse("customers:find")).status_code == 200


@pytest.mark.parametrize("page", ["index", "detail"])
def test_queries_do_not_grow(
    client_of: ClientOf, agent: User, django_assert_max_num_queries: Callable, page: str
) -> None:
    customer = make_customer()
    for _ in range(15):
        make_contact(customer)
        make_ticket(make_customer(), device=None)
    client = client_of(agent)
    url = reverse("customers:index") if page == "index" else customer.get_absolute_url()
    with django_assert_max_num_queries(16):
        client.get(url)
