"""Tags: on the ticket, in the queue, in the file, in a search, on many tickets at once."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import EventRecord
from tests.factories.people import make_technician
from tests.factories.work import make_ticket
from tickets.actions.tags import change_tags, create_tag, tag_name
from tickets.errors import TagRefused
from tickets.models import Status, Tag, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def vpn(agent) -> Tag:
    return create_tag("VPN", actor=agent)


def test_a_tag_is_made_once_whatever_its_case(agent, vpn):
    assert create_tag(" #vpn ", actor=agent) == vpn
    assert Tag.objects.get().name == "VPN"
    assert EventRecord.objects.filter(name="tag.created").count() == 1


def test_the_database_holds_the_name_once(vpn):
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="vpn")


@pytest.mark.parametrize("typed", ["", "  ", "#", "\u200b", "x" * 41])
def test_what_is_no_tag(typed):
    with pytest.raises(TagRefused):
        tag_name(typed)


def test_tags_come_and_go_with_one_event_each(agent, vpn):
    ticket = make_ticket()
    office = create_tag("Office", actor=agent)
    change_tags(ticket, add=[vpn], actor=agent)
    change_tags(ticket, add=[vpn], actor=agent)
    ticket = change_tags(ticket, add=[office], remove=[vpn], actor=agent)
    assert ticket.tag_ids == [office.pk]
    rows = EventRecord.objects.filter(name="ticket.tags_changed").order_by("id")
    assert [(row.payload["added"], row.payload["removed"]) for row in rows] == [
        (["VPN"], []), (["Office"], ["VPN"]),
    ]  # fmt: skip


def test_a_ticket_has_no_more_than_twenty(agent):
    tags = [create_tag(f"tag {n}", actor=agent) for n in range(21)]
    ticket = change_tags(make_ticket(), add=tags[:20], actor=agent)
    with pytest.raises(TagRefused):
        change_tags(ticket, add=tags[20:], actor=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.update(tag_ids=[tag.pk for tag in tags])


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_tag_at_once_make_one(agent):
    start, made = Barrier(2), []

    def work(name: str) -> None:
        try:
            start.wait()
            made.append(create_tag(name, actor=agent))
        finally:
            connection.close()

    threads = [Thread(target=work, args=[name]) for name in ("Vpn", "vPN")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert made[0] == made[1] == Tag.objects.get()


def test_the_desk_makes_a_tag_by_typing_it(agent, client_of):
    ticket = make_ticket()
    client = client_of(agent)
    answer = client.post(f"/tickets/{ticket.pk}/tags/add/", {"name": "VPN"}, HTTP_HX_REQUEST="true")
    assert b">VPN</a>" in answer.content
    answer = client.post(f"/tickets/{ticket.pk}/tags/add/", {"name": "x" * 41})
    assert answer.status_code == 422
    assert "x" * 41 in answer.content.decode()
    tag = Tag.objects.get()
    answer = client.post(f"/tickets/{ticket.pk}/tags/remove/", {"tag": tag.pk})
    assert answer.status_code == 302
    assert Ticket.objects.get().tag_ids == []


def test_a_technician_uses_tags_but_makes_none(alice, vpn, client_of):
    ticket = make_ticket(technician=alice.technician)
    client, url = client_of(alice), f"/tickets/{ticket.pk}/tags/add/"
    assert client.post(url, {"name": "vpn"}).status_code == 302
    answer = client.post(url, {"name": "printer"})
    assert answer.status_code == 422
    assert "There is no tag “printer”" in answer.content.decode()
    assert Tag.objects.get() == vpn


def test_a_closed_ticket_keeps_its_tags(agent, vpn, client_of):
    ticket = make_ticket(status=Status.CLOSED)
    answer = client_of(agent).post(f"/tickets/{ticket.pk}/tags/add/", {"name": "vpn"})
    assert answer.status_code == 403


@pytest.mark.parametrize("typed", ["", "x", "1e3", "9" * 40, "²"])
def test_a_tag_to_remove_is_a_number(typed, agent, client_of):
    answer = client_of(agent).post(f"/tickets/{make_ticket().pk}/tags/remove/", {"tag": typed})
    assert answer.status_code == 400


def test_words_are_proposed_those_that_begin_with_them_first(agent, client_of):
    for name in ("Slow printer", "Printer", "VPN", "<b>print"):
        create_tag(name, actor=agent)
    answer = client_of(agent).get("/tickets/tags/words/?name=%23print").content.decode()
    words = [part.split('"')[0] for part in answer.split('value="')[1:]]
    assert words == ["Printer", "&lt;b&gt;print", "Slow printer"]


def test_customers_see_no_tags(carol, acme, agent, vpn, client_of):
    ticket = make_ticket(acme)
    change_tags(ticket, add=[vpn], actor=agent)
    page = client_of(carol).get(f"/portal/tickets/{ticket.pk}/")
    assert page.status_code == 200
    assert b"VPN" not in page.content


def test_the_queue_shows_two_tags_and_how_many_more(agent, acme, client_of):
    tags = [create_tag(name, actor=agent) for name in ("b", "<i>", "c", "d")]
    change_tags(make_ticket(acme), add=tags, actor=agent)
    page = client_of(agent).get("/tickets/").content.decode()
    row = page[page.index("<tbody") : page.index("</tbody")]
    assert row.count("tagx") == 3
    assert "&lt;i&gt;</span>" in row
    assert ">+2</span>" in row


def test_the_queue_filters_by_several_tags(agent, acme, vpn, client_of):
    office = create_tag("Office", actor=agent)
    held = [make_ticket(acme) for _ in range(3)]
    change_tags(held[0], add=[vpn], actor=agent)
    change_tags(held[1], add=[office, vpn], actor=agent)
    client = client_of(agent)

    def found(query: str) -> set[int]:
        return {row.pk for row in client.get(f"/tickets/?{query}").context["rows"]}

    assert found(f"tag={vpn.pk}") == {held[0].pk, held[1].pk}
    assert found(f"tag={office.pk}&tag=null") == {held[1].pk, held[2].pk}
    assert found("tag=null") == {held[2].pk}
    assert found("tag=x") == set()


def test_a_page_of_tagged_tickets_costs_no_more_queries(
    agent, acme, vpn, client_of, django_assert_max_num_queries
):
    for _ in range(5):
        change_tags(make_ticket(acme), add=[vpn], actor=agent)
    client = client_of(agent)
    client.get(f"/tickets/?tag={vpn.pk}")
    with django_assert_max_num_queries(8):
        assert len(client.get(f"/tickets/?tag={vpn.pk}").context["rows"]) == 5


def test_the_file_names_the_tags(agent, acme, vpn, client_of):
    change_tags(make_ticket(acme), add=[vpn, create_tag("office", actor=agent)], actor=agent)
    answer = client_of(agent).get("/tickets/?format=csv")
    assert "office, VPN" in b"".join(answer.streaming_content).decode()


def test_tags_on_many_tickets_with_a_result_for_each(agent, acme, vpn, client_of):
    closed, live = make_ticket(acme, status=Status.CLOSED), make_ticket(acme)
    client = client_of(agent)
    data = {"tickets": [closed.pk, live.pk, 999_999], "change": f"tag:{vpn.pk}"}
    page = client.post("/tickets/bulk/", data)
    assert [result.is_done for result in page.context["results"]] == [False, True, False]
    assert Ticket.objects.get(pk=live.pk).tag_ids == [vpn.pk]
    client.post("/tickets/bulk/", {"tickets": [live.pk], "change": f"untag:{vpn.pk}"})
    assert Ticket.objects.get(pk=live.pk).tag_ids == []


@pytest.mark.parametrize("change", ["tag:", "tag:x", "untag:999", "tag:null"])
def test_a_change_that_is_no_tag_is_refused(change, agent, acme, client_of):
    answer = client_of(agent).post(
        "/tickets/bulk/", {"tickets": [make_ticket(acme).pk], "change": change}
    )
    assert answer.status_code == 422


def test_a_search_asks_by_tag(agent, acme, vpn):
    tagged, other = make_ticket(acme), make_ticket(acme)
    change_tags(tagged, add=[vpn], actor=agent)
    assert set(Ticket.objects.search("tag:vpn", reader=agent)) == {tagged}
    assert set(Ticket.objects.search("-tag:vpn", reader=agent)) == {other}
    assert set(Ticket.objects.search("tag:none", reader=agent)) == {other}


def test_a_tag_nobody_made_is_said_to_be_no_filter(agent, client_of):
    page = client_of(agent).get("/search/?q=tag:nonsense").content.decode()
    assert "cannot be “nonsense”" in page


def test_customers_cannot_ask_by_tag(carol, acme, agent, vpn):
    change_tags(make_ticket(acme), add=[vpn], actor=agent)
    assert not Ticket.objects.visible_to(carol).search("tag:vpn", reader=carol)


def test_sales_may_not_tag(sam, vpn, client_of):
    answer = client_of(sam).post(f"/tickets/{make_ticket().pk}/tags/add/", {"name": "vpn"})
    assert answer.status_code == 403


def test_a_stranger_finds_no_ticket(vpn, client_of):
    stranger = make_technician().user
    answer = client_of(stranger).get(f"/tickets/{make_ticket().pk}/tags/")
    assert answer.status_code == 404
