"""Report a problem."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from tests.factories.work import make_device, make_ticket
from tickets.actions.by_customer import report_problem
from tickets.models import Priority, Status, Ticket, TicketChannel

pytestmark = pytest.mark.django_db
NEW = "/portal/tickets/new/"


def png(name="panel.png"):
    from io import BytesIO

    data = BytesIO()
    Image.new("RGB", (4, 4), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def report(**changes):
    data = {
        "key": "8a7c3b1e-1111-4222-8333-444455556666",
        "device": "none",
        "subject": "Printer jams",
        "description": "Since Monday.",
        "priority": "2",
    }
    return {k: v for k, v in {**data, **changes}.items() if v is not None}


def test_a_report_becomes_a_ticket_with_its_number_on_screen(
    client_of, carol, acme, device, category
):
    data = report(device=device.pk, category=category.pk, files=[png(), png("b.png")])
    response = client_of(carol).post(NEW, data, follow=True)
    ticket = Ticket.objects.get()
    assert response.redirect_chain == [(f"/portal/tickets/{ticket.pk}/", 302)]
    page = response.content.decode()
    assert f"{ticket.reference} is with us" in page
    assert "carol@acme.test" in page
    assert (ticket.customer, ticket.device, ticket.category) == (acme, device, category)
    assert (ticket.requester.user, ticket.channel) == (carol, TicketChannel.PORTAL)
    assert ticket.priority == Priority.HIGH
    assert ticket.files.count() == 2


@pytest.mark.parametrize("typed", ["klp420-7f3a-20871", " KLP420 - 7F3A - 20871 ", "Reception"])
def test_the_device_may_be_typed_as_serial_or_room(client_of, carol, acme, device, typed):
    reception = make_device(acme, serial="ZZ 9", location="Reception")
    client_of(carol).post(NEW, report(device=None, serial=typed))
    assert Ticket.objects.get().device == (reception if typed == "Reception" else device)


def test_several_matches_are_shown_as_choices(client_of, carol, acme, device):
    make_device(acme, serial="KLP420-9")
    response = client_of(carol).post(NEW, report(device=None, serial="KLP420"))
    assert response.status_code == 422
    assert len(response.context["form"].found_cards) == 2
    assert not Ticket.objects.exists()


def test_a_foreign_serial_gets_the_same_words_as_an_unknown_one(
    client_of, carol, device, other_device
):
    client = client_of(carol)
    errors = [
        client.post(NEW, report(device=None, serial=serial)).context["form"].errors["serial"]
        for serial in [other_device.serial, "NOBODY-HAS-THIS"]
    ]
    assert errors[0] == errors[1]


@pytest.mark.parametrize("value", ["other", "999999", "x", "1 OR 1=1", "-1", "9" * 19, "²"])
def test_a_device_that_is_not_theirs_is_refused(client_of, carol, device, other_device, value):
    value = other_device.pk if value == "other" else value
    response = client_of(carol).post(NEW, report(device=value))
    assert response.status_code == 422
    assert response.context["form"].errors["device"] == ["Choose one of your own devices."]
    assert not Ticket.objects.exists()


def test_a_card_and_another_serial_contradict(client_of, carol, acme, device):
    other = make_device(acme)
    response = client_of(carol).post(NEW, report(device=other.pk, serial=device.serial))
    assert "serial" in response.context["form"].errors


def test_a_choice_must_be_made_when_there_are_devices(client_of, carol, device):
    response = client_of(carol).post(NEW, report(device=None))
    assert "device" in response.context["form"].errors


def test_without_devices_no_choice_is_needed(client_of, carol):
    client_of(carol).post(NEW, report(device=None))
    assert Ticket.objects.get().device is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("subject", "", "Say in a few words"),
        ("subject", "   ", "Say in a few words"),
        ("subject", "\u202e\u202e", "Say in a few words"),
        ("subject", "x" * 201, "200 characters"),
        ("subject", "a\x00b", "NUL"),
        ("description", "", "Describe the problem"),
        ("description", " \n ", "Describe the problem"),
        ("description", "x" * 100_001, "100,000 characters"),
        ("description", "a\x00b", "NUL"),
        ("priority", "4", "one of the three"),
        ("priority", "urgent", "one of the three"),
        ("category", "99999", "one of the kinds"),
        ("category", "x", "one of the kinds"),
    ],
)
def test_bad_values_get_a_kind_word_beside_the_field(client_of, carol, field, value, words):
    response = client_of(carol).post(NEW, report(**{field: value}))
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    assert not Ticket.objects.exists()


def test_a_category_out_of_use_is_refused(client_of, carol, category):
    category.is_active = False
    category.save()
    response = client_of(carol).post(NEW, report(category=category.pk))
    assert "category" in response.context["form"].errors


def test_what_was_typed_is_kept(client_of, carol):
    page = client_of(carol).post(NEW, report(subject="", description="Long story"))
    assert "Long story" in page.content.decode()


def test_a_hundred_thousand_characters_are_accepted(client_of, carol):
    text = "ab\r\n" * 33_333 + "x"  # 99,999 + 1 when a line end counts once
    client_of(carol).post(NEW, report(description=text))
    assert len(Ticket.objects.get().description) == 100_000


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بالعالم",
        "👩‍👩‍👧‍👦 🧑🏽‍🔧",
        "'; DROP TABLE tickets_ticket; --",
        "<script>alert(1)</script>",
    ],
)
def test_any_writing_comes_back_as_it_was(client_of, carol, text):
    page = client_of(carol).post(NEW, report(subject=text, description=text), follow=True)
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.description) == (text, text)
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        SimpleUploadedFile("photo.png", b"MZ not a picture", "image/png"),
        SimpleUploadedFile("run.exe", b"MZ", "application/octet-stream"),
        SimpleUploadedFile("empty.txt", b"", "text/plain"),
    ],
)
def test_a_bad_file_is_refused_and_the_text_kept(client_of, carol, bad):
    response = client_of(carol).post(NEW, report(files=[png("good.png"), bad]))
    page = response.content.decode()
    assert response.status_code == 422
    assert bad.name in " ".join(response.context["form"].errors["files"])
    assert "choose your files again" in page
    assert "good.png" in page
    assert "Since Monday." in page
    assert not Ticket.objects.exists()


def test_a_file_of_26_megabytes_is_refused(client_of, carol, settings):
    settings.FILE_MAX_BYTES = 1024 * 1024
    big = SimpleUploadedFile("big.txt", b"x" * (1024 * 1024 + 1), "text/plain")
    response = client_of(carol).post(NEW, report(files=[big]))
    assert "big.txt" in " ".join(response.context["form"].errors["files"])


def test_more_than_ten_files_are_refused(client_of, carol):
    response = client_of(carol).post(NEW, report(files=[png(f"{n}.png") for n in range(11)]))
    assert "up to 10 files" in " ".join(response.context["form"].errors["files"])


def test_a_double_click_makes_one_ticket(client_of, carol):
    client = client_of(carol)
    first, second = (client.post(NEW, report()) for _ in range(2))
    assert first.url == second.url
    assert Ticket.objects.count() == 1


def test_going_back_and_writing_something_else_makes_another(client_of, carol):
    client = client_of(carol)
    client.post(NEW, report())
    client.post(NEW, report(description="A second problem."))
    assert Ticket.objects.count() == 2


def test_the_same_key_of_two_people_makes_two(client_of, carol, dave):
    client_of(carol).post(NEW, report())
    client_of(dave).post(NEW, report())
    assert Ticket.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_make_one_ticket(carol, acme):
    def press(_):
        try:
            return report_problem(
                key="portal-x", customer=acme, requester=carol.contact, subject="Jam",
                description="Now", actor=carol,
            )[0].pk  # fmt: skip
        finally:
            connection.close()

    _ = carol.contact
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert Ticket.objects.count() == 1


def test_every_page_has_a_fresh_key(client_of, carol):
    client = client_of(carol)
    keys = {re.search(r'name="key" value="([^"]+)"', client.get(NEW).content.decode())[1]
            for _ in range(2)}  # fmt: skip
    assert len(keys) == 2


def test_an_open_ticket_of_the_device_is_pointed_out(client_of, carol, acme, device):
    ticket = make_ticket(acme, device=device)
    make_ticket(acme, device=device, status=Status.CLOSED)
    client = client_of(carol)
    assert client.get(NEW).context["similar"] == []
    assert client.get(NEW, {"device": device.pk}).context["similar"] == [ticket]
    part = client.get(
        NEW, {"device": device.pk}, headers={"HX-Request": "true", "HX-Target": "similar"}
    ).content.decode()
    assert ticket.reference in part
    assert "<form" not in part


def test_the_search_among_own_devices(client_of, carol, acme, device, other_device):
    headers = {"HX-Request": "true", "HX-Target": "found"}
    client = client_of(carol)
    for serial, found in [("20871", True), ("front desk", True), (other_device.serial, False)]:
        part = client.get(NEW, {"serial": serial}, headers=headers).content.decode()
        assert (device.serial in part) is found
        assert "<form" not in part


def test_another_customers_device_in_the_address_shows_nothing(
    client_of, carol, globex, other_device
):
    make_ticket(globex, device=other_device)
    response = client_of(carol).get(NEW, {"device": other_device.pk})
    assert response.context["similar"] == []
    assert other_device.serial not in response.content.decode()


def test_a_sign_in_without_customer_cannot_report(client_of, carol):
    carol.contact.delete()
    response = client_of(carol).post(NEW, report())
    assert response.status_code == 409
    assert "not linked" in response.content.decode()
    assert not Ticket.objects.exists()


def test_staff_have_no_such_page(client_of, agent):
    assert client_of(agent).get(NEW).status_code == 404


def test_other_methods_are_refused(client_of, carol):
    assert client_of(carol).put(NEW).status_code == 405
