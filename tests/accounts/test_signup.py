"""A customer registers, confirms and is at home at once."""

import pytest
from django.test import Client

from accounts.models import SignupDetails, User
from core.models import EventRecord
from customers.models import Contact, Customer
from tests.accounts.mailbox import is_in, register, sign_in
from tests.factories.people import PASSWORD, make_contact, make_user

pytestmark = pytest.mark.django_db


def confirm(client, mails):
    return client.post(mails[-1].link)


def test_the_page_has_labels_and_says_what_is_optional(client):
    page = client.get("/accounts/signup/").content.decode()
    assert '<label class="form-label" for="id_company">Company <span' in page
    assert page.count("(optional)") == 2
    assert "placeholder" not in page


def test_registering_writes_a_mail_and_lets_nobody_in_yet(client, mails):
    _, answer = register("Nia@New.Test", client=client)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert [mail.to for mail in mails] == ["nia@new.test"]
    assert not User.objects.get(email="nia@new.test").role_names
    sign_in("nia@new.test", client=client)
    assert not is_in(client)


def test_the_button_confirms_and_makes_a_person_customer(client, mails):
    register("nia@new.test", client=client, phone="0117 496 0142")
    assert confirm(client, mails).status_code == 302
    contact = Contact.objects.get(email="nia@new.test")
    assert (contact.customer.kind, contact.customer.name) == ("person", "Nia New")
    assert contact.is_primary
    assert contact.customer.phone.as_e164 == "+441174960142"
    assert contact.user.is_customer
    assert EventRecord.objects.filter(name="account.confirmed", actor=contact.user).exists()
    assert EventRecord.objects.filter(name="customer.created").exists()


def test_a_company_makes_a_company_customer_and_the_details_are_forgotten(client, mails):
    register("nia@new.test", client=client, company="  New \n Ltd ")
    confirm(client, mails)
    customer = Customer.objects.get(email="nia@new.test")
    assert (customer.kind, customer.name) == ("company", "New Ltd")
    assert not SignupDetails.objects.exists()


def test_who_confirms_and_signs_in_at_once_is_in_the_portal(client, mails):
    register("nia@new.test", client=client)
    confirm(client, mails)
    sign_in("nia@new.test", client=client)
    assert client.get("/").headers["Location"].startswith("/portal/")


def test_a_known_contact_gets_its_own_company(client, mails, acme):
    contact = make_contact(acme, email="nia@acme.test")
    register("nia@acme.test", client=client)
    confirm(client, mails)
    contact.refresh_from_db()
    assert contact.user.email == "nia@acme.test"
    assert Customer.objects.count() == 1


def test_a_known_customers_own_address_gets_a_contact_there(client, mails, acme):
    register("office@acme.test", client=client)
    confirm(client, mails)
    assert Contact.objects.get(user__email="office@acme.test").customer == acme


def test_a_contact_that_has_a_sign_in_keeps_it(client, mails, acme):
    other = make_user("customer")
    contact = make_contact(acme, email="shared@acme.test", user=None)
    contact.user = other
    contact.save()
    register("shared@acme.test", client=client)
    confirm(client, mails)
    contact.refresh_from_db()
    assert contact.user == other
    assert Contact.objects.get(user__email="shared@acme.test").customer != acme


def test_nothing_is_confirmed_when_the_link_to_the_customer_fails(client, mails, monkeypatch):
    register("nia@new.test", client=client)

    def fail(user):
        raise RuntimeError("planted")

    monkeypatch.setattr("customers.subscribers.link_confirmed_account", fail)
    client.raise_request_exception = False
    assert confirm(client, mails).status_code == 500
    assert not User.objects.get().emailaddress_set.get().verified


def test_another_browser_must_know_the_password(mails):
    register("victim@acme.test")
    elsewhere = Client()
    assert (
        b"password chosen at registration"
        in elsewhere.post(mails[-1].link, {"password": "wrong one 12345"}).content
    )
    assert elsewhere.post(mails[-1].link).status_code == 422
    assert not User.objects.get().emailaddress_set.get().verified
    assert elsewhere.post(mails[-1].link, {"password": PASSWORD}).status_code == 302
    assert User.objects.get().is_customer


def test_a_reset_through_the_mailbox_confirms_too(mails, committing):
    register("nia@new.test")
    client = Client()
    with committing():
        client.post("/accounts/password/reset/", {"email": "nia@new.test"})
    page = client.get(mails[-1].link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "quite another phrase 3"})
    sign_in("nia@new.test", "quite another phrase 3", client=client)
    assert is_in(client)
    assert Contact.objects.filter(user__email="nia@new.test").exists()


def test_a_used_link_says_so_and_confirms_nothing_again(client, mails):
    register("nia@new.test", client=client)
    confirm(client, mails)
    assert b"This link does not work" in client.get(mails[0].link).content
    assert client.post(mails[0].link).status_code == 404
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "\x00"),
        ("name", "x" * 151),
        ("email", "no address"),
        ("email", f"{'x' * 60}@{'y' * 63}.{'y' * 63}.{'y' * 63}.{'y' * 63}.test"),
        ("phone", "no phone"),
        ("password1", "short"),
        ("password1", "nia@new.test"),
        ("company", "x" * 201),
    ],
)
def test_bad_input_is_said_beside_the_field(client, mails, field, value):
    data = {field: value} if field != "email" else {}
    _, answer = register(value if field == "email" else "nia@new.test", client=client, **data)
    assert answer.status_code == 200
    assert b"field-error" in answer.content
    assert not User.objects.exists()
    assert not mails


def test_text_of_every_kind_is_kept_as_text(client, mails):
    name = "Zoë 🛠 עברית <b>'; DROP TABLE--"
    register("nia@new.test", client=client, name=name)
    assert User.objects.get().name == name
    assert "&lt;b&gt;" in mails[0].html
    assert name in mails[0].text


def test_a_staff_member_is_never_made_a_customer(agent):
    from customers.membership import link_confirmed_account

    assert link_confirmed_account(agent) is None
    assert not Customer.objects.exists()


def test_linking_twice_does_no_harm(client, mails):
    from customers.membership import link_confirmed_account

    register("nia@new.test", client=client)
    confirm(client, mails)
    link_confirmed_account(User.objects.get())
    assert Contact.objects.count() == Customer.objects.count() == 1
