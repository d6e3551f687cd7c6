"""Bare thanks on a resolved ticket are filed; whatever is more than thanks reopens it."""

import pytest

from core.models import EventRecord
from tests.factories.files import picture
from tests.factories.promises import make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.actions.clocks import history_of
from tickets.models import DeskSettings, Status
from tickets.thanks import is_bare_thanks

THANKS = [
    "Thanks!", "thank you", "Thank you very much, Dana.", "Cheers", "Many thanks for your help!",
    "Perfect, thanks a lot. Works now.", "Great, thank you so much!\n\nBest regards\nCarol",
    "Danke!", "Vielen Dank für die schnelle Hilfe", "Herzlichen Dank und viele Grüße, Carol",
    "Merci beaucoup", "Merci, bonne journée", "Muchas gracias por todo", "Grazie mille",
    "Muito obrigado", "Bedankt voor de hulp", "Dziękuję bardzo za pomoc", "Tack", "Thx 👍",
    "Hello Dana, thank you, all good.", "It is working again, thanks to you",
]  # fmt: skip
MORE = [
    "Thanks, but it still jams.", "Thank you. It does not work.", "Thanks, when will you come?",
    "thanks but no", "Thanks, now the scanner is broken", "Danke, aber es geht noch nicht",
    "Merci, mais l'imprimante est toujours en panne", "Gracias, pero sigue igual",
    "Grazie, ma non funziona", "Bedankt, maar het werkt niet", "Thanks. See E-05",
    "Thanks for nothing", "Thanks, call me on 0117 496 0142", "Thank you, see https://x.test/a",
    "No thanks", "Thanks...", "ok", "works", "", "👍", "Hello", "Never mind", "Perfect",
    "Thanks in advance for looking at it", "Thanks Mallory", "thanks " * 30,
    "Thank you" + " very" * 99,
    "Thanks, please reopen", "Thanks, unfortunately", "Thanks @dana", "danke nicht",
]  # fmt: skip


@pytest.mark.parametrize("text", THANKS)
def test_thanks(text):
    assert is_bare_thanks(text, ["Carol Acme", "Dana Desk"])


@pytest.mark.parametrize("text", MORE)
def test_more_than_thanks(text):
    assert not is_bare_thanks(text, ["Carol Acme", "Dana Desk"])


@pytest.fixture
def resolved(acme, carol, agent):
    make_policy(next_reply_minutes=60)
    ticket = make_ticket(acme, requester=acme.contacts.get())
    return actions.resolve_ticket(ticket, "Cleaned the tray.", actor=agent)


def say(ticket, text, carol, **fields):
    message = actions.add_reply(ticket, text, actor=carol, from_customer=True, **fields)
    ticket.refresh_from_db()
    return message


@pytest.mark.django_db
class TestFiling:
    def test_it_stays_resolved_and_nothing_is_due(self, resolved, carol):
        message = say(resolved, "Thank you very much!", carol)
        assert message.is_thanks
        assert (resolved.status, resolved.due_at) == (Status.RESOLVED, None)
        names = EventRecord.objects.filter(subject_id=resolved.pk).values_list("name", flat=True)
        assert "ticket.thanks_filed" in names
        assert "ticket.customer_replied" not in names

    def test_more_than_thanks_reopens(self, resolved, carol):
        assert not say(resolved, "Thanks, but it still jams.", carol).is_thanks
        assert resolved.status == Status.OPEN

    def test_a_file_is_more_than_thanks(self, resolved, carol):
        say(resolved, "Thanks!", carol, files=[picture()])
        assert resolved.status == Status.OPEN

    def test_thanks_on_a_live_ticket_is_a_word_like_any_other(self, acme, carol):
        ticket = make_ticket(acme)
        assert not say(ticket, "Thanks!", carol).is_thanks

    def test_it_can_be_switched_off(self, resolved, carol):
        DeskSettings.objects.update_or_create(pk=1, defaults={"files_thanks": False})
        say(resolved, "Thanks!", carol)
        assert resolved.status == Status.OPEN

    def test_one_click_reopens_and_the_words_wait_for_an_answer(
        self, resolved, carol, agent, client_of
    ):
        message = say(resolved, "Thanks!", carol)
        assert history_of(resolved).customer_messages == ()
        client, url = client_of(agent), f"/tickets/{resolved.pk}/"
        page = client.get(url).content.decode()
        assert "Filed without reopening" in page
        assert "stayed resolved" in page
        client.post(f"{url}status/", {"to": "open"})
        resolved.refresh_from_db()
        message.refresh_from_db()
        assert (resolved.status, message.is_thanks) == (Status.OPEN, False)
        assert len(history_of(resolved).customer_messages) == 1
        assert "stayed resolved" not in client.get(url).content.decode()
