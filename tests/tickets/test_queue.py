"""The queue's views, columns, pages and news."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team
from tests.factories.work import make_category, make_ticket
from tickets import filters
from tickets.actions.tags import change_tags
from tickets.models import SavedView, Status, Tag, Ticket
from tickets.queue import VIEWS

pytestmark = pytest.mark.django_db


def due(ticket, **delta):
    Ticket.objects.filter(pk=ticket.pk).update(due_at=timezone.now() + timedelta(**delta))
    return ticket


@pytest.fixture
def service(agent):
    team = Team.objects.create(name="Service")
    team.members.add(agent)
    return team


def shown(page):
    return [row.pk for row in page.context["rows"]]


def test_my_team_holds_the_tickets_of_my_teams(agent, acme, service, client_of):
    ours = make_ticket(acme, category=make_category("Ours", team=service))
    make_ticket(acme)
    assert shown(client_of(agent).get("/tickets/view/team/")) == [ours.pk]


def test_overdue_and_due_today_are_told_from_the_clock(agent, acme, client_of):
    late = due(make_ticket(acme), minutes=-1)
    due(make_ticket(acme), days=3)
    make_ticket(acme)
    assert shown(client_of(agent).get("/tickets/view/overdue/")) == [late.pk]
    assert late.pk not in shown(client_of(agent).get("/tickets/view/today/"))


def test_what_is_due_first_comes_first_and_no_promise_last(agent, acme, client_of):
    none, later, late = make_ticket(acme), make_ticket(acme), make_ticket(acme)
    due(later, hours=5), due(late, hours=-1)
    assert shown(client_of(agent).get("/tickets/?sort=due")) == [late.pk, later.pk, none.pk]


def test_the_pages_follow_each_other_by_key(agent, acme, client_of):
    made = [make_ticket(acme).pk for _ in range(27)]
    desk = client_of(agent)
    first = desk.get("/tickets/?sort=reference")
    second = desk.get("/tickets/" + first.context["next_query"])
    assert shown(first) + shown(second) == sorted(made)
    assert b"26 to 27 of 27" in second.content
    assert shown(desk.get("/tickets/?sort=reference&page=last")) == sorted(made)[-25:]


@pytest.mark.parametrize("sort", ["technician", "subject", "password", "--updated"])
def test_only_columns_with_an_index_sort(sort, agent, acme, client_of):
    make_ticket(acme)
    assert client_of(agent).get(f"/tickets/?sort={sort}").context["order"] == "due"


def test_filters_take_several_values_and_nobody(agent, alice, acme, client_of):
    hers = make_ticket(acme, technician=alice.technician)
    nobodys = make_ticket(acme)
    desk = client_of(agent)
    assert shown(desk.get("/tickets/?technician=null")) == [nobodys.pk]
    both = desk.get(f"/tickets/?technician=null&technician={alice.technician.pk}")
    assert set(shown(both)) == {hers.pk, nobodys.pk}
    assert shown(desk.get("/tickets/?technician=999999")) == []


def test_counts_are_capped_and_seen_by_right(alice, agent, acme, client_of):
    make_ticket(acme)
    make_ticket(acme, technician=alice.technician)
    assert '<span class="n">2</span>' in client_of(agent).get("/tickets/counts/").content.decode()
    cache.clear()
    hers = client_of(alice).get("/tickets/counts/").content.decode()
    assert '<span class="n">1</span>' in hers
    assert '<span class="n">2</span>' not in hers


def test_columns_and_density_are_kept_in_the_browser(agent, acme, client_of):
    make_ticket(acme)
    desk = client_of(agent)
    chosen = {"columns": ["category", "opened"], "dense": "1", "next": "/tickets/view/all/"}
    assert desk.post("/tickets/display/", chosen)["Location"] == "/tickets/view/all/"
    page = desk.get("/tickets/")
    assert page.context["shown"] == ["reference", "subject", "category", "opened"]
    assert b"dt--dense" in page.content


@pytest.mark.parametrize("next_url", ["https://evil.test/", "//evil.test", "javascript:alert(1)"])
def test_the_way_back_stays_on_the_desk(next_url, agent, client_of):
    answer = client_of(agent).post("/tickets/display/", {"next": next_url})
    assert answer["Location"] == "/tickets/"


def test_a_filter_is_kept_under_a_name_and_opens_again(agent, acme, client_of):
    urgent = make_ticket(acme, priority=1)
    make_ticket(acme, priority=4)
    desk = client_of(agent)
    url = "/tickets/views/new/?priority=1&priority=2&sort=-updated&junk=1"
    saved = desk.post(url, {"name": "Hot", "columns": ["opened"]})
    view = SavedView.objects.get()
    assert (view.query, view.sort) == ({"priority": ["1", "2"]}, "-updated")
    page = desk.get(saved["Location"])
    assert shown(page) == [urgent.pk]
    assert page.context["order"] == "-updated"
    assert page.context["shown"] == ["reference", "subject", "opened"]


def test_a_kept_view_can_be_filtered_further_and_cleared(agent, acme, client_of):
    low = make_ticket(acme, priority=4)
    view = SavedView.objects.create(owner=agent, name="Hot", query={"priority": ["1"]})
    desk = client_of(agent)
    assert shown(desk.get(view.get_absolute_url())) == []
    assert shown(desk.get(view.get_absolute_url() + "?f=1")) == [low.pk]


def test_a_view_is_seen_by_its_owner_and_the_team(agent, alice, manager, service, client_of):
    view = SavedView.objects.create(owner=manager, name="Private")
    shared = SavedView.objects.create(owner=manager, name="Shared", team=service)
    assert client_of(agent).get(view.get_absolute_url()).status_code == 404
    assert client_of(agent).get(shared.get_absolute_url()).status_code == 200
    assert client_of(alice).get(shared.get_absolute_url()).status_code == 404
    assert client_of(agent).get(f"/tickets/views/{shared.pk}/edit/").status_code == 403
    assert client_of(agent).post(f"/tickets/views/{shared.pk}/delete/").status_code == 403
    assert client_of(manager).post(f"/tickets/views/{shared.pk}/delete/").status_code == 302


def test_a_shared_view_shows_each_reader_only_their_tickets(alice, agent, acme, client_of):
    team = Team.objects.create(name="Field")
    team.members.add(alice)
    make_ticket(acme)
    view = SavedView.objects.create(owner=agent, name="Shared", team=team)
    assert shown(client_of(alice).get(view.get_absolute_url())) == []


def test_a_name_is_kept_once_and_asked_for(agent, client_of):
    SavedView.objects.create(owner=agent, name="Hot")
    desk = client_of(agent)
    again = desk.post("/tickets/views/new/", {"name": " hot "})
    assert (again.status_code, "already keep" in again.content.decode()) == (422, True)
    assert desk.post("/tickets/views/new/", {"name": ""}).status_code == 422


def test_a_view_sent_twice_is_kept_once(agent, client_of):
    desk = client_of(agent)
    key = str(desk.get("/tickets/views/new/").context["form"]["once_key"].value())
    for _press in range(2):
        answer = desk.post("/tickets/views/new/", {"name": "Hot", "once_key": key})
        assert answer.status_code == 302
    assert SavedView.objects.count() == 1


def test_news_is_counted_since_the_page_was_made(agent, acme, client_of):
    old = make_ticket(acme)
    since = timezone.now().isoformat()
    make_ticket(acme, status=Status.CLOSED)
    make_ticket(acme)
    Ticket.objects.get(pk=old.pk).save(update_fields=["updated_at"])
    pill = client_of(agent).get("/tickets/", {"since": since}).content.decode()
    assert "1 new" in pill
    assert "1 changed" in pill
    assert "<table" not in pill


def test_no_news_is_nothing(agent, acme, client_of):
    make_ticket(acme)
    pill = client_of(agent).get("/tickets/", {"since": timezone.now().isoformat()})
    assert pill.content.strip() == b""


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01T00:00Z", "2026-01-01T00:00", ""])
def test_a_broken_moment_is_refused(since, agent, client_of):
    assert client_of(agent).get("/tickets/", {"since": since}).status_code == 400


def test_numbers_of_kept_views_cost_the_same_for_one_and_for_six(agent, acme, client_of):
    desk = client_of(agent)

    def queries():
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            desk.get("/tickets/counts/")
        return len(asked)

    SavedView.objects.create(owner=agent, name="0", query={"priority": ["1"]})
    one = queries()
    for n in range(1, 6):
        SavedView.objects.create(owner=agent, name=str(n), query={"priority": ["1"]})
    assert queries() == one


def test_a_filter_that_is_not_understood_finds_nothing_anywhere(agent, acme, client_of):
    make_ticket(acme)
    SavedView.objects.create(owner=agent, name="Odd", query={"status": ["nonsense"]})
    numbers = client_of(agent).get("/tickets/counts/").context["saved_views"]
    assert [number for _view, number in numbers] == ["0"]
    news = client_of(agent).get("/tickets/?status=nonsense&since=2020-01-01T00:00:00Z")
    assert news.content.strip() == b""


@pytest.mark.parametrize("value", ['"a"', "2", "Infinity", "NaN", '"2026-13-45"', "[]"])
def test_a_page_of_another_order_is_the_first_page(value, agent, acme, client_of):
    make_ticket(acme)
    page = b64encode(f"[{value},1,0,0]".encode()).decode().rstrip("=")
    for sort in ("due", "priority", "opened", "reference"):
        answer = client_of(agent).get("/tickets/", {"page": page, "sort": sort})
        assert answer.status_code == 200, sort


@pytest.mark.parametrize("name", ["category", "technician", "tag"])
def test_a_view_goes_on_finding_what_is_offered_no_more(
    name, agent, alice, acme, client_of, monkeypatch
):
    category, tag = make_category("Fax machines"), Tag.objects.create(name="zebra")
    ticket = make_ticket(acme, category=category, technician=alice.technician, actor=agent)
    change_tags(ticket, add=[tag], actor=agent)
    type(category).objects.update(is_active=False)
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    # As with more tags than the bar shows.
    offered = filters.options()
    monkeypatch.setattr("tickets.queue_views.options", lambda: offered | {"tag": []})
    key = {"category": category, "technician": alice.technician, "tag": tag}[name].pk
    view = SavedView.objects.create(owner=agent, name="Old", query={name: [str(key)]})
    page = client_of(agent).get(f"/tickets/views/{view.pk}/").content.decode()
    assert ticket.subject in page
    assert "Select a valid choice" not in page


def test_an_empty_view_says_what_would_be_in_it(agent, client_of):
    desk = client_of(agent)
    pages = {slug: str(desk.get(f"/tickets/view/{slug}/").context["empty_words"]) for slug in VIEWS}
    assert pages["snoozed"] == "A ticket that is put aside until a day waits here."
    assert pages["overdue"] == "No promise is broken."
    assert all(pages.values())
