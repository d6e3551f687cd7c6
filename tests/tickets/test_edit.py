"""Two agents save the same ticket: nothing either typed is lost."""

import pytest

from tests.factories.work import make_ticket

pytestmark = pytest.mark.django_db


def form_of(client, ticket) -> dict:
    form = client.get(f"/tickets/{ticket.pk}/edit/").context["form"]
    names = form.Meta.fields
    data = {name: form[name].value() for name in names}
    data = {name: "" if value is None else value for name, value in data.items()}
    return data | {"opened": form["opened"].value()}


def test_saving_changes_properties(agent, acme, client_of):
    ticket = make_ticket(acme)
    client = client_of(agent)
    answer = client.post(
        f"/tickets/{ticket.pk}/edit/", form_of(client, ticket) | {"subject": "Better words"}
    )
    ticket.refresh_from_db()
    assert (answer.status_code, ticket.subject) == (302, "Better words")


def test_changes_of_different_fields_are_merged(agent, manager, acme, client_of):
    ticket = make_ticket(acme, subject="Old")
    first, second = client_of(agent), client_of(manager)
    mine, theirs = form_of(first, ticket), form_of(second, ticket)
    second.post(f"/tickets/{ticket.pk}/edit/", theirs | {"priority": "1"})
    first.post(f"/tickets/{ticket.pk}/edit/", mine | {"subject": "New"})
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority) == ("New", 1)


def test_the_second_saver_sees_both_versions(agent, manager, acme, client_of):
    ticket = make_ticket(acme, subject="Old")
    first, second = client_of(agent), client_of(manager)
    mine, theirs = form_of(first, ticket), form_of(second, ticket)
    second.post(f"/tickets/{ticket.pk}/edit/", theirs | {"subject": "Their words"})
    answer = first.post(
        f"/tickets/{ticket.pk}/edit/", mine | {"subject": "My words", "priority": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Their words</b> was changed" in page
    assert "My words" in page
    ticket.refresh_from_db()
    assert ticket.subject == "Their words"


@pytest.mark.parametrize(("keep", "subject"), [("mine", "My words"), ("theirs", "Their words")])
def test_the_conflict_page_saves_the_chosen_version_and_everything_else(
    keep, subject, agent, manager, acme, client_of
):
    ticket = make_ticket(acme, subject="Old")
    first, second = client_of(agent), client_of(manager)
    mine, theirs = form_of(first, ticket), form_of(second, ticket)
    second.post(f"/tickets/{ticket.pk}/edit/", theirs | {"subject": "Their words"})
    typed = mine | {"subject": "My words", "priority": "1"}
    conflict = first.post(f"/tickets/{ticket.pk}/edit/", typed)
    again = typed | {"opened": conflict.context["opened"], "keep_subject": keep}
    assert first.post(f"/tickets/{ticket.pk}/edit/", again).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority) == (subject, 1)


def test_a_forged_opening_state_is_ignored(agent, acme, client_of):
    ticket = make_ticket(acme, subject="Old")
    client = client_of(agent)
    data = form_of(client, ticket) | {"opened": "forged~tickets.ticket~1", "subject": "New"}
    assert client.post(f"/tickets/{ticket.pk}/edit/", data).status_code == 302


def test_a_device_of_another_customer_is_no_choice(agent, acme, other_device, client_of):
    ticket = make_ticket(acme)
    client = client_of(agent)
    data = form_of(client, ticket) | {"device": str(other_device.pk)}
    assert client.post(f"/tickets/{ticket.pk}/edit/", data).status_code == 422


def test_technicians_do_not_edit_properties(alice, acme, client_of):
    ticket = make_ticket(acme, technician=alice.technician)
    assert client_of(alice).get(f"/tickets/{ticket.pk}/edit/").status_code == 403
