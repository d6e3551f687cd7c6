"""{{ placeholders }}: a closed list, plain values, nothing evaluated."""

import pytest

from tests.factories.people import make_contact
from tests.factories.work import make_ticket
from tickets.models import Ticket
from tickets.placeholders import (
    PLACEHOLDERS,
    fill,
    names_left,
    problem_words,
    sample,
    unknown_names,
)

pytestmark = pytest.mark.django_db


def filled(text, agent, **ticket):
    made = make_ticket(**ticket)
    return fill(text, Ticket.objects.with_row().get(pk=made.pk), agent)


def test_values_of_ticket_customer_device_and_writer(agent, acme, device, alice):
    who = make_contact(acme, name="Amara Okafor")
    text = (
        "Hi {{ customer.first_name }} of {{customer.company}}, {{  ticket.number  }}: "
        "{{ device.serial }} / {{ technician.name }}. {{ agent.first_name }}"
    )
    found = filled(
        text, agent, customer=acme, requester=who, device=device, technician=alice.technician
    )
    number = Ticket.objects.get().reference
    assert found.text == f"Hi Amara of Acme Dental, {number}: {device.serial} / Alice Tech. Erin"
    assert found.is_whole


def test_a_customer_without_a_person_is_called_by_its_name(agent, acme):
    assert filled("{{ customer.name }}", agent, customer=acme, requester=None).text == "Acme Dental"


def test_what_is_unknown_or_empty_stays_and_is_named(agent, acme):
    found = filled(
        "{{ custmer.name }} {{ device.serial }} {{ custmer.name }}", agent, customer=acme
    )
    assert found.text == "{{ custmer.name }} {{ device.serial }} {{ custmer.name }}"
    assert (found.unknown, found.empty) == (["custmer.name"], ["device.serial"])
    assert "{{ custmer.name }} is not" in problem_words(found)


@pytest.mark.parametrize(
    "nasty",
    ["{{ agent.password }}", "{{ ticket.__class__ }}", "{{ customer.name|safe }}",
     "{{ settings.SECRET_KEY }}", "{{ ticket.customer.notes }}"],
)  # fmt: skip
def test_nothing_beyond_the_list_is_reached(nasty, agent, acme):
    found = filled(nasty, agent, customer=acme)
    assert found.text == nasty
    assert found.unknown


def test_a_value_is_never_read_again(agent, acme):
    found = filled(
        "{{ ticket.subject }}", agent, customer=acme, subject="{{ agent.name }} {% if %}"
    )
    assert found.text == "{{ agent.name }} {% if %}"


def test_a_value_cannot_bring_lines_or_turn_the_text_around(agent, acme):
    acme.name = "A\u202ecme\nBcc: all"
    acme.save()
    assert filled("{{ customer.company }}", agent, customer=acme).text == "Acme Bcc: all"


def test_braces_that_are_no_placeholder_are_left_alone():
    text = "{{}} {{ }} {{\n}} {x} {{{ a }}} {{ " + "y" * 200 + " }}"
    assert names_left(text) == ["a"]


def test_a_text_of_braces_is_read_at_once():
    assert unknown_names("{{ " * 40_000) == []


def test_every_placeholder_has_a_sample_and_a_label():
    for name, known in PLACEHOLDERS.items():
        assert sample(f"{{{{ {name} }}}}").is_whole
        assert str(known.label)
