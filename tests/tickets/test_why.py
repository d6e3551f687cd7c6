"""The picture of a promise: its sums are the clock."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.models import EventRecord
from tests.factories.promises import OFFICE, make_calendar, make_policy
from tests.factories.work import make_ticket
from tickets import actions
from tickets.models import Ticket
from tickets.sla_picture import promises_of, time_words

pytestmark = pytest.mark.django_db


def moved(ticket: Ticket, name: str, at: datetime) -> None:
    """A status change as if it had happened then: the log is append-only, so a row is added."""
    EventRecord.objects.create(
        name="ticket.status_changed",
        subject_type="tickets.ticket",
        subject_id=ticket.pk,
        payload={"from_status": "open", "to_status": name, "from_name": "", "to_name": ""},
        occurred_at=at,
        dispatched_at=at,
    )


@pytest.fixture
def london(db):
    return make_calendar("London office", OFFICE, time_zone="Europe/London")


@pytest.fixture
def ticket(acme, london):
    """Opened on the Friday before the clocks go back in 2026, waiting on Monday from 11 to 13."""
    make_policy(calendar=london, resolution_minutes=1200)
    ticket = make_ticket(acme, opened_at=datetime(2026, 10, 23, 14, 0, tzinfo=UTC))
    moved(ticket, "waiting", datetime(2026, 10, 26, 11, 0, tzinfo=UTC))
    moved(ticket, "open", datetime(2026, 10, 26, 13, 0, tzinfo=UTC))
    return ticket


NOW = datetime(2026, 10, 26, 15, 30, tzinfo=UTC)


def fix(ticket):
    found = promises_of(ticket, now=NOW)
    return next(p for p in found.pictures if p.shown.kind == "resolution")


def test_the_sums_equal_the_clock(ticket):
    picture = fix(ticket)
    sums = {css: seconds for css, _words, seconds in picture.sums}
    # Friday 15:00 to 17:00 in London summer time, Monday 9:00 to 11:00 and 13:00 to 15:30.
    assert sums["hour--counted"] == picture.shown.clock.used_seconds == int(6.5 * 3600)
    assert sums["hour--paused"] == 2 * 3600
    assert sum(sums.values()) == (NOW - ticket.opened_at).total_seconds()
    assert sum(day.counted_seconds for day in picture.days) == picture.shown.clock.used_seconds


def test_what_is_used_and_what_is_planned_are_the_target(ticket):
    clock = fix(ticket).shown.clock
    ahead = sum(s.seconds for s in clock.ahead if s.kind == "counted")
    assert clock.used_seconds + ahead == 1200 * 60


def test_the_stored_clock_is_the_drawn_one(ticket):
    from tickets.actions.clocks import refresh_clocks

    refresh_clocks(ticket, now=NOW)
    stored = ticket.clocks.get(kind="resolution")
    drawn = fix(ticket).shown.clock
    assert (stored.used_seconds, stored.due_at) == (drawn.used_seconds, drawn.due_at)
    assert ticket.due_at == min(row.due_at for row in ticket.clocks.exclude(due_at=None))


def test_a_day_of_25_hours_is_filled_to_its_end(ticket):
    sunday = next(day for day in fix(ticket).days if day.on_date.day == 25)
    assert sum(piece.segment.seconds for piece in sunday.pieces) == 25 * 3600
    assert (sunday.pieces[0].x, sum(piece.width for piece in sunday.pieces)) == (0, 1000)


def test_many_days_are_summed_up(acme, london):
    make_policy(calendar=london)
    ticket = make_ticket(acme, opened_at=NOW - timedelta(days=90))
    picture = fix(ticket)
    shown = sum(day.counted_seconds for day in picture.days)
    assert (len(picture.days), picture.earlier_days) == (31, 60)
    assert shown + picture.earlier_seconds == picture.shown.clock.used_seconds


def test_the_page_says_the_sum_in_words(agent, client_of, acme, london):
    make_policy(calendar=london)
    ticket = make_ticket(acme)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/why/").content.decode()
    said = re.findall(r'data-sum="(\d+)">[^<]*<b>([^<]+)</b>', page)
    assert said
    assert all(words == time_words(int(seconds)) for seconds, words in said)
    assert "London office" in page
    assert "Europe/London" in page


def test_the_card_shows_every_clock(agent, client_of, acme):
    make_policy()
    ticket = make_ticket(acme)
    actions.add_reply(ticket, "Hello.", actor=agent)
    page = client_of(agent).get(f"/tickets/{ticket.pk}/clocks/").content.decode()
    assert "First reply in" in page
    assert "Fix" in page
    assert "nobody waits" in page


def test_a_stranger_sees_nothing(bob, client_of, acme):
    ticket = make_ticket(acme)
    assert client_of(bob).get(f"/tickets/{ticket.pk}/why/").status_code == 404


def test_the_due_date_is_set_and_removed_on_the_page(agent, client_of, acme):
    make_policy()
    ticket = make_ticket(acme)
    client, url = client_of(agent), f"/tickets/{ticket.pk}/why/"
    tomorrow = timezone.localtime() + timedelta(days=1)
    assert client.post(url, {"due_at": f"{tomorrow:%Y-%m-%dT%H:%M}"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.due_kind == "manual"
    assert "Erin Agent" in client.get(f"/tickets/{ticket.pk}/clocks/").content.decode()
    client.post(url, {"clear": "1"})
    ticket.refresh_from_db()
    assert ticket.due_kind == "first_reply"


@pytest.mark.parametrize("typed", ["", "soon", "2020-01-01T10:00", "2026-02-30T10:00"])
def test_a_bad_due_date_stays_typed_with_words_beside_it(agent, client_of, acme, typed):
    make_policy()
    ticket = make_ticket(acme)
    page = client_of(agent).post(f"/tickets/{ticket.pk}/why/", {"due_at": typed})
    assert page.status_code == 422
    assert typed in page.content.decode()
    assert "field-error" in page.content.decode()


def test_only_the_desk_sets_a_due_date(alice, client_of, acme):
    ticket = make_ticket(acme, technician=alice.technician)
    assert client_of(alice).post(f"/tickets/{ticket.pk}/why/", {}).status_code == 403


def test_the_queue_says_what_is_due(agent, client_of, acme):
    make_policy(next_reply_minutes=None, resolution_minutes=None)
    now = timezone.now()
    make_ticket(acme, opened_at=now - timedelta(minutes=41, seconds=30))
    make_ticket(acme, opened_at=now - timedelta(minutes=64, seconds=30))
    paused = make_ticket(acme)
    actions.change_status(paused, "waiting", actor=agent)
    page = client_of(agent).get("/tickets/").content.decode()
    found = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r'sla--\w+">(.*?)</span>', page)]
    assert found == ["Reply 4 m late", "Reply in 18 m", "Paused"]


def test_a_merged_ticket_is_not_said_to_be_late(agent, acme, client_of):
    make_policy(first_reply_minutes=60)
    source, into = make_ticket(acme), make_ticket(acme)
    early = timezone.now() - timedelta(days=30)
    Ticket.objects.filter(pk=source.pk).update(opened_at=early)
    card = f"/tickets/{source.pk}/clocks/"
    assert "late" in client_of(agent).get(card).content.decode()
    actions.merge_tickets(source, into, requester=None, actor=agent)
    page = client_of(agent).get(card).content.decode()
    assert "late" not in page
    assert "Nothing is promised" in page
