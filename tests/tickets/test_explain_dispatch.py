"""manage.py explain_dispatch: every part in words and numbers, and everybody's reason."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories.people import make_technician
from tests.factories.work import make_category, make_ticket
from tickets.models import DispatchDecision

pytestmark = pytest.mark.django_db


def explain(*words: str) -> str:
    out = StringIO()
    call_command("explain_dispatch", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def ticket(acme):
    return make_ticket(acme, category=make_category("Repair", skills={"Printers": 2}))


def test_it_tells_parts_and_reasons(ticket) -> None:
    make_technician("Ada Able", skills={"Printers": 5})
    make_technician("Una Unskilled")
    said = explain(ticket.reference)
    assert "Can take it: 1" in said
    assert "1. " in said
    assert "40.0 of  40  Skills: Printers 5 of 5" in said
    assert "Load: 0 of 6 jobs a day" in said
    assert "Una Unskilled" in said
    assert "lacks Printers at level 2" in said
    assert not DispatchDecision.objects.exists()


def test_everybody_is_named_however_many(ticket) -> None:
    for _ in range(25):
        make_technician(skills={"Printers": 3})
    for _ in range(35):
        make_technician()
    rows = json.loads(explain(str(ticket.pk), "--json"))
    assert len(rows) == 60
    assert sum(row["score"] is None for row in rows) == 35
    assert all("count" not in row for row in rows)


@pytest.mark.parametrize("number", ["SD-999999", "SD-99999999999999999999", "soon", "SD-"])
def test_a_number_that_is_none_is_said(number: str) -> None:
    with pytest.raises(CommandError, match=number):
        explain(number)
