"""@Names in a note: stored, told, shown as chips; only of people who may see the ticket."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from notifications.models import Notification
from tests.factories.people import make_team, make_user
from tests.factories.work import make_ticket
from tests.notifications.conftest import forget, media, rows_of, run_events
from tickets import actions
from tickets.errors import CannotMention
from tickets.mentions import readers, with_chips
from tickets.models import Follower, Mention, Message, Ticket

__all__ = ["forget", "run_events"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme):
    return make_ticket(acme)


def named(note):
    return set(note.mentions.values_list("user__name", "name"))


def test_a_name_behind_an_at_is_a_mention_whatever_follows_it(agent, manager, sam, ticket):
    text = "Ask @Mia Manager, please (or @sam sales)! mail office@mia and @Nobody At All"
    note = actions.add_note(ticket, text, actor=agent)
    assert named(note) == {("Mia Manager", "Mia Manager"), ("Sam Sales", "sam sales")}


def test_the_longest_name_counts(agent, ticket):
    make_user("agent", name="Ann", email="ann@desk.test")
    make_user("agent", name="Ann-Marie O'Neil", email="am@desk.test")
    note = actions.add_note(ticket, "@Ann-Marie O'Neil: and @Ann.", actor=agent)
    assert named(note) == {("Ann-Marie O'Neil", "Ann-Marie O'Neil"), ("Ann", "Ann")}


def test_a_customer_is_never_a_mention(agent, carol, ticket):
    assert not named(actions.add_note(ticket, "@Carol Contact called", actor=agent))


def test_who_is_mentioned_follows_and_is_told_once(agent, manager, ticket, forget, run_events):
    forget()
    actions.add_note(ticket, "CANARY @Mia Manager look", actor=agent)
    run_events()
    assert Follower.objects.get().user == manager
    assert media("ticket.staff_mentioned", user=manager) == ["bell", "email"]
    assert rows_of("ticket.note_added", user=manager) == []
    everything = [row.subject + row.body_text + row.body_html for row in Notification.objects.all()]
    assert not [text for text in everything if "CANARY" in text]
    assert "Erin Agent mentioned you" in everything[0]


def test_who_mentions_oneself_does_not_follow_and_is_not_told(agent, ticket, forget, run_events):
    forget()
    actions.add_note(ticket, "Note to @Erin Agent", actor=agent)
    run_events()
    assert not Follower.objects.exists()
    assert rows_of("ticket.staff_mentioned") == []


def test_who_may_not_see_the_ticket_cannot_be_mentioned(agent, alice, ticket, client_of):
    answer = client_of(agent).post(
        f"/tickets/{ticket.pk}/note/", {"body": "My long note for @Alice Tech"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Alice Tech cannot see this ticket and would not be told." in page
    assert "My long note for @Alice Tech" in page
    assert not Message.objects.exists()
    assert not Mention.objects.exists()


def test_of_two_with_one_name_the_one_who_may_see_it_is_meant(agent, alice, bob, acme):
    User.objects.filter(pk=bob.pk).update(name="Alice Tech")
    ticket = make_ticket(acme, technician=alice.technician, actor=agent)
    note = actions.add_note(ticket, "@Alice Tech please", actor=agent)
    assert note.mentions.get().user == alice


def test_more_than_ten_people_are_refused(agent, ticket):
    for n in range(11):
        make_user("agent", name=f"Colleague {n:02d}", email=f"c{n}@desk.test")
    text = " ".join(f"@Colleague {n:02d}" for n in range(11))
    with pytest.raises(CannotMention):
        actions.add_note(ticket, text, actor=agent)
    assert not Message.objects.exists()


def test_readers_are_just_those_whom_visible_to_lets_see(
    acme, agent, manager, admin, sam, alice, bob, carol, dave
):
    off = make_user("agent", name="Gone", email="gone@desk.test")
    User.objects.filter(pk=off.pk).update(is_active=False)
    tickets = [
        make_ticket(acme),
        make_ticket(acme, technician=alice.technician, actor=agent),
        actions.edit_ticket(
            make_ticket(acme), {"team": make_team("Field", bob, carol)}, actor=agent
        ),
    ]
    for one in tickets:
        staff = [u for u in User.objects.all() if u.is_staff_member]
        may_see = {u.pk for u in staff if Ticket.objects.visible_to(u).filter(pk=one.pk).exists()}
        assert set(readers(one).values_list("pk", flat=True)) == may_see


def test_suggestions_are_colleagues_who_may_see_it(agent, manager, alice, carol, ticket, client_of):
    client = client_of(agent)
    url = f"/tickets/{ticket.pk}/colleagues/"
    assert "Mia Manager" in client.get(url, {"q": "man"}).content.decode()
    page = client.get(url).content.decode()
    assert [name in page for name in ("Mia Manager", "Alice Tech", "Carol", "Erin Agent")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert client.get(url, {"q": "%" * 1000}).content.strip() == b""


def test_a_mention_is_a_chip_and_everything_else_stays_words(agent, manager, ticket, client_of):
    actions.add_note(ticket, "<b>@Mia Manager</b> <script>x</script>", actor=agent)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/").content.decode()
    assert '<span class="mention">@Mia Manager</span>' in page
    assert "<script>x" not in page


def test_a_chip_never_breaks_a_link_or_a_longer_word():
    html = with_chips("https://x.test/@Ann @Ann @Anna", ["Ann"])
    assert html.count('<span class="mention">@Ann</span>') == 2  # the words of the link, and Ann
    assert 'href="https://x.test/@Ann"' in html
    assert with_chips("@<i>", ["<i>"]) == (
        '<p dir="auto"><span class="mention">@&lt;i&gt;</span></p>'
    )


def test_the_database_holds_each_mention_once(agent, manager, ticket):
    note = actions.add_note(ticket, "@Mia Manager @Mia Manager", actor=agent)
    assert note.mentions.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Mention.objects.create(message=note, user=manager, name="Mia Manager")
