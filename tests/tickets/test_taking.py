"""Many people reach for one ticket at the same moment: one has it, the others see who."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.models import EventRecord
from tests.factories.people import make_user
from tests.factories.work import make_ticket
from tickets.models import Ticket

PEOPLE = 20


@pytest.mark.django_db(transaction=True)
def test_twenty_agents_take_one_ticket_and_one_wins(client_of) -> None:
    ticket = make_ticket()
    people = [make_user("agent") for _one in range(PEOPLE)]
    hands = [(user.pk, client_of(user)) for user in people]
    answers: dict[int, int] = {}
    texts: list[str] = []
    start = threading.Barrier(PEOPLE)

    def take(user_id: int, client: Client) -> None:
        try:
            start.wait(20)
            answer = client.post(
                reverse("tickets:field", args=[ticket.pk, "technician"]),
                {"value": "me", "was": ""},
                headers={"hx-request": "true"},
            )
            answers[user_id] = answer.status_code
            if answer.status_code == 409:
                texts.append(answer.content.decode())
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=hand) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    won = [pk for pk, status in answers.items() if status == 200]
    assert len(won) == 1
    assert sorted(answers.values()) == [200] + [409] * (PEOPLE - 1)
    ticket = Ticket.objects.select_related("technician__user").get(pk=ticket.pk)
    assert ticket.technician is not None
    assert ticket.technician.user_id == won[0]
    assert all(str(ticket.technician) in text for text in texts)
    events = EventRecord.objects.filter(name="ticket.assigned", subject_id=ticket.pk)
    assert [row.payload["to_id"] for row in events] == [ticket.technician_id]
