"""Merging tickets and undoing it: SEMANTICS section 4, attack A93."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import EventRecord
from tests.factories.files import picture
from tests.factories.work import make_ticket
from tickets import actions, errors
from tickets.actions.merging import final_target
from tickets.actions.splitting import split_ticket
from tickets.models import Message, Status, Ticket, TicketFile

pytestmark = pytest.mark.django_db
SEEN = (
    "subject", "description", "status", "resolution", "resolved_at", "closed_at", "technician_id",
    "team_id", "requester_id", "priority", "touched_at", "last_customer_at", "last_staff_at",
    "booking_id", "merged_into_id", "merged_at", "customer_id", "device_id", "opened_at",
)  # fmt: skip


def picture_of(ticket):
    """What people see of a ticket: its fields, words and files."""
    ticket.refresh_from_db()
    words = [
        (m.pk, m.kind, m.body, m.author_name, [f.pk for f in m.files.all()])
        for m in ticket.messages.all()
    ]
    report = list(ticket.files.filter(message=None).values_list("pk", flat=True))
    return [getattr(ticket, name) for name in SEEN], words, report, ticket.files.count()


@pytest.fixture
def one(acme, alice, agent):
    ticket = make_ticket(acme, technician=alice.technician, files=[picture()], actor=agent)
    actions.add_reply(ticket, "Which tray?", actor=agent, files=[picture()])
    actions.add_note(ticket, "Third time.", actor=agent, files=[picture()])
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def two(acme, agent):
    ticket = make_ticket(acme, files=[picture()], actor=agent)
    actions.add_reply(ticket, "We come.", actor=agent)
    ticket.refresh_from_db()
    return ticket


def merge(source, into, agent, **more):
    return actions.merge_tickets(source, into, requester=None, actor=agent, **more)


def test_words_and_files_move_and_the_source_is_closed(one, two, alice, agent):
    merge(one, two, agent)
    one.refresh_from_db()
    assert (one.status, one.merged_into, one.technician_id) == (
        Status.CLOSED, two, alice.technician.pk,
    )  # fmt: skip
    bodies = list(two.messages.values_list("body", flat=True))
    assert sorted(bodies) == sorted([one.description, "Which tray?", "Third time.", "We come."])
    assert (one.messages.count(), one.files.count(), two.files.count()) == (0, 0, 4)
    report = two.messages.get(body=one.description)
    assert (report.files.count(), report.created_at, report.is_from_customer) == (
        1, one.opened_at, True,
    )  # fmt: skip


def test_both_histories_say_it(one, two, agent):
    merge(one, two, agent)
    said = EventRecord.objects.filter(name__contains="merge")
    assert said.get(subject_id=one.pk).sentence == f"merged this ticket into {two.reference}"
    assert said.get(subject_id=two.pk).sentence == f"merged {one.reference} into this ticket"


def test_undo_leaves_both_as_they_were(one, two, agent):
    before = picture_of(one), picture_of(two)
    merge(one, two, agent)
    assert (picture_of(one), picture_of(two)) != before
    actions.undo_merge(one, actor=agent)
    assert (picture_of(one), picture_of(two)) == before
    assert EventRecord.objects.filter(name="ticket.merge_undone").count() == 2


def test_a_resolved_source_is_resolved_again_after_undo(acme, two, agent):
    done = make_ticket(acme, status=Status.RESOLVED, actor=agent)
    before = picture_of(done)
    merge(done, two, agent)
    assert picture_of(done) != before
    actions.undo_merge(done, actor=agent)
    assert picture_of(done) == before


def test_what_came_after_the_merge_stays_after_undo(one, two, agent):
    merge(one, two, agent)
    later = actions.add_reply(two, "And now?", actor=agent)
    actions.edit_ticket(two, {"requester": None}, actor=agent)
    actions.undo_merge(one, actor=agent)
    two.refresh_from_db()
    assert later in two.messages.all()
    assert (two.last_staff_at, two.requester) == (later.created_at, None)
    assert not one.messages.filter(pk=later.pk).exists()


def test_a_merge_is_undone_although_the_requester_was_removed_since(acme, agent):
    first, second = (acme.contacts.create(name=name) for name in ("Carl", "Dora"))
    one, two = make_ticket(acme, requester=second), make_ticket(acme, requester=first)
    actions.merge_tickets(one, two, requester=second, actor=agent)
    first.delete()
    actions.undo_merge(one, actor=agent)
    two.refresh_from_db()
    assert (two.requester, one.merges.get().undone_at is None) == (second, False)


@pytest.mark.parametrize("what", ["message", "report", "file"])
def test_undo_is_refused_when_something_was_purged(what, one, two, agent):
    merge(one, two, agent)
    if what == "message":
        Message.objects.filter(body="Which tray?").delete()
    elif what == "report":
        Message.objects.filter(ticket=two, body=one.description).delete()
    else:
        TicketFile.objects.filter(message__body=one.description).delete()
    with pytest.raises(errors.CannotUndoMerge):
        actions.undo_merge(one, actor=agent)
    one.refresh_from_db()
    assert one.merged_into == two


def test_what_was_split_off_since_stays_and_the_merge_is_undone(one, two, agent):
    merge(one, two, agent)
    report = two.messages.get(body=one.description)
    moved = two.messages.get(body="Which tray?")
    other = split_ticket(moved, "A matter of its own", actor=agent)
    later = actions.add_reply(two, "About that tray.", actor=agent)
    third = split_ticket(report, "All of it", actor=agent, with_rest=True)
    actions.undo_merge(one, actor=agent)
    one.refresh_from_db()
    assert (one.merged_into, one.status) == (None, Status.OPEN)
    assert not Message.objects.filter(pk=report.pk).exists()
    assert {moved, later} <= set(third.messages.all())  # what somebody moved stays there
    assert other.description == moved.body


def test_a_report_that_was_moved_on_is_not_deleted_by_undo(one, two, agent):
    merge(one, two, agent)
    report = two.messages.get(body=one.description)
    first = two.messages.order_by("created_at", "pk").first()
    third = split_ticket(first, "All of it", actor=agent, with_rest=True)
    Message.objects.filter(pk=report.pk).update(ticket=third)
    actions.undo_merge(one, actor=agent)
    assert report in third.messages.all()


def test_undo_twice_is_refused_and_merging_again_works(one, two, agent):
    merge(one, two, agent)
    actions.undo_merge(one, actor=agent)
    with pytest.raises(errors.CannotUndoMerge):
        actions.undo_merge(one, actor=agent)
    merge(one, two, agent)
    actions.undo_merge(one, actor=agent)


def test_a_chain_is_followed_and_undone_from_its_end(one, two, acme, agent):
    three = make_ticket(acme)
    before = picture_of(one)
    merge(one, two, agent)
    merge(two, three, agent)
    one.refresh_from_db()
    assert final_target(one) == three
    with pytest.raises(errors.CannotUndoMerge):
        actions.undo_merge(one, actor=agent)
    actions.undo_merge(two, actor=agent)
    actions.undo_merge(one, actor=agent)
    assert picture_of(one) == before


def test_a_ring_of_merges_does_not_hang(one, two, acme, agent):
    merge(one, two, agent)
    ring = Ticket(pk=two.pk, merged_into=one, customer=acme)
    assert final_target(ring).pk in {one.pk, two.pk}


def test_itself(one, agent):
    with pytest.raises(errors.CannotMerge, match="itself"):
        merge(one, one, agent)


def test_what_is_merged_already(one, two, acme, agent):
    three = make_ticket(acme)
    merge(one, two, agent)
    for source, into in ((one, three), (three, one), (two, one)):
        with pytest.raises(errors.CannotMerge, match=f"merged into {two.reference} already"):
            merge(source, into, agent)


def test_a_ring_of_three_is_refused(one, two, acme, agent):
    three = make_ticket(acme)
    merge(one, two, agent)
    merge(two, three, agent)
    with pytest.raises(errors.CannotMerge):
        merge(three, one, agent)


@pytest.mark.parametrize("which", ["source", "target"])
def test_a_closed_ticket(which, one, acme, agent):
    done = make_ticket(acme, status=Status.CLOSED, actor=agent)
    with pytest.raises(errors.CannotMerge, match="closed"):
        merge(*((done, one) if which == "source" else (one, done)), agent)


def test_a_booked_visit_is_not_lost(one, two, alice, agent):
    soon = timezone.now() + timedelta(hours=5)
    actions.book_visit(one, alice.technician, soon, 45, actor=agent)
    with pytest.raises(errors.CannotMerge, match="visit"):
        merge(one, two, agent)
    merge(two, one, agent)


def test_several_are_merged_all_or_none(one, two, acme, agent):
    done = make_ticket(acme, status=Status.CLOSED, actor=agent)
    with pytest.raises(errors.CannotMerge):
        actions.merge_many([one, done], two, requester=None, actor=agent)
    one.refresh_from_db()
    assert one.merged_into is None
    three = make_ticket(acme)
    actions.merge_many([one, three], two, requester=None, actor=agent)
    assert set(two.merged_from.all()) == {one, three}


def test_another_customer_only_when_said_so(one, globex, agent):
    theirs = make_ticket(globex)
    with pytest.raises(errors.OtherCustomer):
        merge(one, theirs, agent)
    with pytest.raises(errors.RequesterOfAnotherCustomer):
        actions.merge_tickets(one, theirs, requester=one.requester, actor=agent, across=True)
    merge(one, theirs, agent, across=True)
    assert theirs.messages.filter(body="Third time.", kind="note").exists()


def test_the_portal_of_the_other_customer_shows_no_note(globex, one, dave, agent, client_of):
    theirs = make_ticket(globex)
    merge(one, theirs, agent, across=True)
    page = client_of(dave).get(f"/portal/tickets/{theirs.pk}/").content.decode()
    assert "Which tray?" in page
    assert "Third time." not in page
    internal = TicketFile.objects.get(ticket=theirs, is_internal=True)
    assert client_of(dave).get(f"/portal/files/{internal.pk}/").status_code == 404


def test_the_customer_who_lost_the_ticket_reads_a_sentence_but_nothing_of_the_other(
    globex, one, carol, agent, client_of
):
    theirs = make_ticket(globex, subject="Secret of Globex")
    merge(one, theirs, agent, across=True)
    page = client_of(carol).get(f"/portal/tickets/{one.pk}/")
    words = page.content.decode()
    assert page.status_code == 200
    assert "We deal with this in another ticket." in words
    assert theirs.reference not in words
    assert "Secret" not in words
    client_of(carol).post(f"/portal/tickets/{one.pk}/reply/", {"body": "Still broken"})
    said = Message.objects.get(body="Still broken")
    assert said.ticket.customer == one.customer
    assert said.ticket.follows == one


def test_the_old_number_leads_to_the_new_one(one, two, acme, carol, agent, client_of):
    three = make_ticket(acme)
    merge(one, two, agent)
    merge(two, three, agent)
    client = client_of(carol)
    answer = client.get(f"/portal/tickets/{one.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/portal/tickets/{three.pk}/")
    assert one.reference in client.get(answer["Location"]).content.decode()


def test_a_reply_to_the_old_number_lands_on_the_new_one_once(
    one, two, acme, carol, agent, client_of
):
    three = make_ticket(acme)
    merge(one, two, agent)
    merge(two, three, agent)
    for _press in range(2):
        answer = client_of(carol).post(f"/portal/tickets/{one.pk}/reply/", {"body": "Still broken"})
    said = Message.objects.get(body="Still broken")
    assert said.ticket == three
    assert answer["Location"] == f"/portal/tickets/{three.pk}/"
    page = client_of(carol).get(answer["Location"]).content.decode()
    assert "is closed, so we opened" not in page


def test_staff_words_follow_too_but_replies_never_to_another_customer(one, two, globex, agent):
    merge(one, two, agent)
    assert actions.add_reply(one, "From an old page", actor=agent).ticket == two
    theirs = make_ticket(globex)
    merge(two, theirs, agent, across=True)
    reply = actions.add_reply(two, "For Acme", actor=agent)
    assert reply.ticket.customer == two.customer
    assert actions.add_note(two, "For us", actor=agent).ticket == theirs


def test_the_database_refuses_a_half_merged_ticket(one, two):
    for change in ({"merged_into": two}, {"merged_into": one}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ticket.objects.filter(pk=one.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_a_into_b_and_b_into_a_at_once(acme, agent):
    for _round in range(5):
        pair = [make_ticket(acme), make_ticket(acme)]
        start, refused, broken = Barrier(2), [], []

        def run(source, into, start=start, refused=refused, broken=broken):
            try:
                start.wait(5)
                merge(source, into, agent)
            except errors.CannotMerge as error:
                refused.append(error)
            except Exception as error:
                broken.append(error)
            finally:
                connections.close_all()

        threads = [Thread(target=run, args=pair), Thread(target=run, args=pair[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert (len(refused), broken) == (1, [])
        rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in pair])
        assert rows.filter(merged_into__isnull=False).count() == 1


class TestPage:
    """The preview, from the ticket page and from the selection of the queue."""

    def test_it_says_what_moves(self, one, two, agent, client_of):
        url = f"/tickets/merge/?tickets={one.pk}&tickets={two.pk}&into={two.pk}"
        words = client_of(agent).get(url).content.decode()
        assert one.reference in words
        assert two.reference in words
        assert "2 replies" not in words
        assert "1 reply, 1 note, 3 files" in words

    def test_the_button_merges(self, one, two, agent, client_of):
        data = {"tickets": [one.pk, two.pk], "into": two.pk, "requester": two.requester_id}
        answer = client_of(agent).post("/tickets/merge/", data | {"confirm": "1"})
        assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{two.pk}/")
        one.refresh_from_db()
        assert one.merged_into == two

    def test_looking_merges_nothing(self, one, two, agent, client_of):
        data = {"tickets": [one.pk, two.pk], "into": two.pk}
        assert client_of(agent).post("/tickets/merge/", data).status_code == 200
        one.refresh_from_db()
        assert one.merged_into is None

    def test_another_is_added_by_its_number(self, one, two, agent, client_of):
        url = f"/tickets/merge/?tickets={one.pk}&add={two.reference}"
        assert two.subject in client_of(agent).get(url).content.decode()
        answer = client_of(agent).get(f"/tickets/merge/?tickets={one.pk}&add=nonsense")
        assert "no such ticket" in answer.content.decode()

    def test_other_customers_need_the_tick(self, one, globex, agent, client_of):
        theirs = make_ticket(globex)
        data = {"tickets": [one.pk, theirs.pk], "into": theirs.pk, "confirm": "1"}
        data["requester"] = theirs.requester_id
        answer = client_of(agent).post("/tickets/merge/", data)
        assert answer.status_code == 422
        assert "different customers" in answer.content.decode()
        assert client_of(agent).post("/tickets/merge/", data | {"across": "on"}).status_code == 302

    @pytest.mark.parametrize("bad", ["", "x", "999999", "9" * 30])
    def test_bad_numbers(self, bad, one, agent, client_of):
        data = {"tickets": [one.pk, bad], "into": bad, "confirm": "1"}
        assert client_of(agent).post("/tickets/merge/", data).status_code in {400, 404, 422}

    def test_a_rule_is_said_and_nothing_happens(self, one, acme, agent, client_of):
        done = make_ticket(acme, status=Status.CLOSED, actor=agent)
        data = {"tickets": [one.pk, done.pk], "into": one.pk, "confirm": "1"}
        answer = client_of(agent).post("/tickets/merge/", data)
        assert answer.status_code == 422
        assert "closed for good" in answer.content.decode()

    def test_both_pages_name_the_other_and_the_button_undoes_it(self, one, two, agent, client_of):
        merge(one, two, agent)
        client = client_of(agent)
        page = client.get(f"/tickets/{one.pk}/").content.decode()
        assert two.reference in page
        assert f"/tickets/{one.pk}/merge/undo/" in page
        assert one.reference in client.get(f"/tickets/{two.pk}/").content.decode()
        assert client.post(f"/tickets/{one.pk}/merge/undo/").status_code == 302
        one.refresh_from_db()
        assert one.merged_into is None

    def test_technicians_may_not(self, one, two, alice, client_of):
        data = {"tickets": [one.pk], "into": one.pk, "confirm": "1"}
        assert client_of(alice).post("/tickets/merge/", data).status_code == 403

    def test_as_many_queries_for_three_as_for_twelve(self, acme, agent, client_of):
        client, counts = client_of(agent), []
        for number in (3, 12):
            tickets = [make_ticket(acme) for _ in range(number)]
            query = "&".join(f"tickets={ticket.pk}" for ticket in tickets)
            client.get(f"/tickets/merge/?{query}")
            with CaptureQueriesContext(connection) as caught:
                client.get(f"/tickets/merge/?{query}")
            counts.append(len(caught))
        assert counts[0] == counts[1]


@pytest.mark.parametrize("door", ["reply", "note"])
def test_nobody_writes_through_a_merged_ticket_into_one_they_do_not_work_on(
    door, one, two, alice, bob, agent, client
):
    actions.choose_technician(two, bob.technician, actor=agent)
    merge(one, two, agent)
    client.force_login(alice)
    answer = client.post(f"/tickets/{one.pk}/{door}/", {"body": "Typed at length"})
    assert answer.status_code == 422
    assert b"goes on in another one" in answer.content
    assert b"Typed at length" in answer.content
    assert not Message.objects.filter(body="Typed at length").exists()


def test_a_merged_ticket_says_nothing_of_one_the_reader_cannot_see(one, two, alice, agent, client):
    Ticket.objects.filter(pk=two.pk).update(subject="Board meeting")
    merge(one, two, agent)
    client.force_login(alice)
    assert b"Board meeting" not in client.get(one.get_absolute_url()).content
    client.force_login(agent)
    assert b"Board meeting" in client.get(one.get_absolute_url()).content


def test_a_follow_up_says_nothing_of_a_ticket_the_reader_cannot_see(one, two, alice, agent, client):
    Ticket.objects.filter(pk=one.pk).update(follows=two)
    client.force_login(alice)
    assert two.reference.encode() not in client.get(one.get_absolute_url()).content
    client.force_login(agent)
    assert two.reference.encode() in client.get(one.get_absolute_url()).content


def test_whoever_works_on_both_writes_into_the_one_that_goes_on(one, two, alice, agent, client):
    actions.choose_technician(two, alice.technician, actor=agent)
    merge(one, two, agent)
    client.force_login(alice)
    client.post(f"/tickets/{one.pk}/note/", {"body": "Still mine"})
    assert two.messages.filter(body="Still mine").exists()


def test_an_open_problem_is_not_put_away_in_a_resolved_ticket(one, acme, agent):
    done = make_ticket(acme, status=Status.RESOLVED, actor=agent)
    with pytest.raises(errors.CannotMerge, match="Reopen it first"):
        merge(one, done, agent)
    merge(done, one, agent)
