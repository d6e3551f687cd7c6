"""The search page, typing errors, snippets and what other people's words must never show in."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import RuleError
from tests.factories.people import make_contact, make_customer
from tests.factories.work import make_device, make_ticket
from tickets import search as searching
from tickets import search_query
from tickets.actions import add_note, add_reply
from tickets.actions.search import refresh_vocabulary
from tickets.models import SearchWord
from tickets.search import SearchTooSlow, at_most, search
from tickets.snippets import marked
from tickets.spelling import slips


def page(client, words: str = "", **more) -> str:
    answer = client.get("/search/", {"q": words, **more})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.fixture
def jam(acme, carol, device):
    return make_ticket(
        acme, requester=acme.contacts.get(), device=device, subject="Paper jam in <tray> two",
        description="The printer stops after the second page & <b>beeps</b>.",
    )  # fmt: skip


@pytest.fixture
def secret(globex, dave):
    return make_ticket(globex, subject="Zeppelin plans", description="Gondola is missing.")


def test_an_empty_search_says_what_one_can_type(agent, client_of):
    assert "What you can type" in page(client_of(agent))


def test_every_kind_of_thing_is_found_with_its_count(jam, agent, client_of):
    found = page(client_of(agent), "acme")
    for kind in ("Tickets", "Customers", "Contacts"):
        assert f'{kind} <span class="ink-3 fw-normal">1</span>' in found, kind
    assert "Devices" in page(client_of(agent), "KLP420-7F3A")


def test_matches_are_marked_and_texts_escaped(jam, agent, client_of):
    raw = client_of(agent).get("/search/", {"q": "jam beeps"}).content.decode()
    assert "<mark>jam</mark> in &lt;tray&gt; two" in raw
    assert "&lt;b&gt;<mark>beeps</mark>" in raw
    assert "<b>beeps" not in raw


def test_codes_are_marked_whole_and_unchanged(acme, agent, client_of):
    make_ticket(acme, subject="Error E-05 on carol@acme.test")
    found = page(client_of(agent), "e-05")
    assert "Error <mark>E</mark>-<mark>05</mark> on carol@acme.test" in found


def test_marks_somebody_typed_are_dropped():
    assert marked("a \ue000b \ue001c\ue001 <x>") == "a <mark>b </mark>c &lt;x&gt;"


def test_the_partial_is_only_the_results(jam, agent, client_of):
    answer = client_of(agent).get("/search/?q=jam", headers={"hx-request": "true"})
    assert b"<html" not in answer.content
    assert b"<mark>jam</mark>" in answer.content


def test_a_snippet_of_a_note_says_so(jam, agent, client_of):
    add_note(jam, "They are grumpy today.", actor=agent)
    found = page(client_of(agent), "grumpy")
    assert "<mark>grumpy</mark>" in found
    assert "Note</span>" in found


@pytest.mark.parametrize("words", ["zeppelin", "gondola", "globex", "dave", "zepelin", "gondla"])
def test_a_technician_learns_nothing_of_tickets_of_others(words, secret, jam, alice, client_of):
    refresh_vocabulary()
    found = page(client_of(alice), words).casefold().replace(f"“{words}”", "")
    for word in ("is missing", "plans", "dave elsewhere", "fw-normal"):
        assert word not in found
    assert "showing results" not in found


def test_a_customer_reads_only_public_words(jam, secret, agent, carol):
    add_note(jam, "Grumpy caller.", actor=agent)
    add_reply(jam, "Reseat the fuser.", actor=agent)
    assert [hit.ticket for hit in search("fuser", carol).sections["tickets"].rows] == [jam]
    assert search("grumpy", carol).is_empty
    assert search("zeppelin", carol).is_empty
    # A note that holds the word beside a reply that does: the reply is shown.
    add_note(jam, "fuser fuser fuser", actor=agent)
    hit = search("fuser", carol).sections["tickets"].rows[0]
    assert (hit.snippet.is_note, "Reseat" in hit.snippet.text) == (False, True)


def test_customers_have_no_desk_search(carol, client_of):
    for url in ("/search/?q=x", "/search/palette/?q=x"):
        assert client_of(carol).get(url).status_code == 404


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pritner", "printer"), ("pinter", "printer"), ("printter", "printer"), ("prjnter", "printer"),
     ("paper pritner", "paper printer")],
)  # fmt: skip
def test_typing_errors_are_mended_and_said(typed, meant, jam, agent, client_of):
    refresh_vocabulary()
    found = page(client_of(agent), typed)
    assert f"Showing results for <b>{meant}</b>" in found
    assert "Search instead for" in found
    assert "<mark>" in found


def test_search_instead_leaves_the_word_as_it_is(jam, agent, client_of):
    refresh_vocabulary()
    assert "Nothing was found" in page(client_of(agent), "pritner", exact="1")


def test_right_words_and_far_words_are_left_alone(jam, agent, client_of):
    refresh_vocabulary()
    assert "Showing results" not in page(client_of(agent), "printer")
    assert "Showing results" not in page(client_of(agent), "helicopter")


def test_a_technician_is_mended_by_words_of_own_tickets(jam, secret, alice):
    refresh_vocabulary()
    jam.technician = alice.technician
    jam.save()
    assert search("pritner", alice).shown_for == "printer"
    assert search("zepelin", alice).shown_for == ""


def test_the_vocabulary_holds_no_word_of_a_note(jam, agent):
    add_note(jam, "Grumpy.", actor=agent)
    assert refresh_vocabulary() == SearchWord.objects.count()
    assert SearchWord.objects.filter(word="printer").exists()
    assert not SearchWord.objects.filter(word="grumpy").exists()


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("printer", "pritner", 1), ("printer", "printer", 0), ("printer", "prnter", 1),
     ("ca", "abc", 3), ("", "ab", 2), ("printer", "painter", 1)],
)  # fmt: skip
def test_slips_of_a_finger(one, other, count):
    assert slips(one, other) == slips(other, one) == count


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("colour:red", "“colour:” is no filter"), ("status:purple", "cannot be “purple”"),
        ("before:soon", "cannot be “soon”"), ("the", "almost every ticket"),
        ("jam " * 500, "beginning of this long text"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(typed, said, jam, agent, client_of):
    assert said in page(client_of(agent), typed)


@pytest.mark.parametrize("typed", ["status:purple", "jam tag:vpn", "status:open,purple"])
def test_a_filter_that_says_nothing_finds_nothing_and_not_everything(typed, jam, agent):
    assert search(typed, agent).sections["tickets"].rows == []


def test_a_filter_takes_any_of_several_values(jam, secret, agent):
    hits = search("status:open,waiting jam", agent).sections["tickets"].rows
    assert [hit.ticket for hit in hits] == [jam]
    assert search("-status:waiting jam", agent).sections["tickets"].rows


@pytest.mark.parametrize("typed", ["#{}", "[#{}]", "[SD-{:06}]", "SD-{:06}"])
def test_a_number_is_known_however_it_was_copied(typed, jam, secret, agent):
    hits = search(typed.format(jam.pk), agent).sections["tickets"].rows
    assert [hit.ticket for hit in hits] == [jam]


def test_a_filter_alone_lists_the_newest(jam, secret, agent):
    rows = search("status:open", agent).sections["tickets"].rows
    assert [hit.ticket for hit in rows] == [secret, jam]


def test_an_exact_number_comes_first(jam, agent, acme):
    make_ticket(acme, subject=f"Compare {jam.pk} {jam.pk}")
    rows = search(str(jam.pk), agent).sections["tickets"].rows
    assert rows[0].ticket == jam
    assert len(rows) == 2


def test_the_subject_counts_more_than_the_thread(acme, agent):
    first = make_ticket(acme, subject="Fuser", description="Broken.")
    second = make_ticket(acme, subject="Noise", description="Broken.")
    add_reply(second, "Is it the fuser?", actor=agent)
    rows = search("fuser", agent).sections["tickets"].rows
    assert [hit.ticket for hit in rows] == [first, second]


def test_a_slow_search_is_stopped_with_a_sentence(jam, agent, client_of, monkeypatch):
    with pytest.raises(SearchTooSlow), at_most(20), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")

    def slow(*args, **kwargs):
        raise SearchTooSlow

    monkeypatch.setattr(searching, "ranked", slow)
    answer = client_of(agent).get("/search/?q=jam")
    assert answer.status_code == 503
    assert "takes too long" in answer.content.decode()


def test_the_settings_of_a_search_end_with_it(jam, agent):
    search("jam", agent)
    with connection.cursor() as cursor:
        for name, value in (("statement_timeout", "0"), ("random_page_cost", "4")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
        cursor.execute("SHOW max_parallel_workers_per_gather")
        assert cursor.fetchone() != ("0",)


def test_other_errors_are_not_called_slow(db):
    from django.db import OperationalError

    with pytest.raises(OperationalError), at_most():
        raise OperationalError("gone")
    assert issubclass(SearchTooSlow, RuleError)


def test_queries_stay_the_same(acme, agent, client_of, django_assert_max_num_queries):
    for number in range(20):
        customer = make_customer(f"Jammy {number}")
        contact = make_contact(customer, name=f"Jammy {number}")
        make_ticket(
            customer, requester=contact, subject=f"jammy {number}",
            device=make_device(customer, serial=f"JAMMY{number}"),
        )  # fmt: skip
    client = client_of(agent)
    client.get("/search/?q=jammy")
    with django_assert_max_num_queries(18):
        assert page(client, "jammy").count("<li data-row>") == 10


@pytest.mark.parametrize("typed", ["x" * 10_000, '"', "' OR 1=1", ":*", "<script>", "\\"])
def test_bad_input_is_answered(typed, jam, agent, client_of):
    for url in ("/search/", "/search/palette/"):
        answer = client_of(agent).get(url, {"q": typed})
        assert answer.status_code == 200
        assert b'<script>"' not in answer.content


@pytest.mark.parametrize(("depths", "is_found"), [((2, 50), True), ((2, 3), False)])
def test_a_phrase_is_looked_for_deeper_when_its_words_are_common(
    depths, is_found, agent, acme, monkeypatch
):
    monkeypatch.setattr("tickets.search_query.DEPTHS", depths)
    wanted = make_ticket(acme, subject="Blinking lamp at the front")
    for number in range(5):
        make_ticket(acme, subject=f"The lamp is blinking {number}")
    rows = search('"blinking lamp" -fuser', agent, is_exact=True).sections["tickets"].rows
    assert [hit.ticket for hit in rows] == ([wanted] if is_found else [])


@pytest.mark.parametrize("near", [1, 3, 1000])
def test_tickets_are_found_wherever_the_newest_end(acme, agent, monkeypatch, near):
    monkeypatch.setattr(search_query, "NEAR", near)
    found = [make_ticket(acme, subject=f"Fuser {number}") for number in range(5)]
    make_ticket(acme, subject="Noise")
    rows = search("fuser", agent).sections["tickets"]
    assert [hit.ticket for hit in rows.rows] == found[::-1]
    assert rows.count == "5"


def test_older_tickets_are_left_alone_when_the_newest_are_enough(acme, agent, monkeypatch):
    monkeypatch.setattr(search_query, "NEAR", 2)
    monkeypatch.setattr(search_query, "RANKED", 1)
    tickets = [make_ticket(acme, subject=f"Fuser {number}") for number in range(5)]
    rows = search("fuser", agent).sections["tickets"].rows
    assert [hit.ticket for hit in rows] == tickets[:2:-1]


def test_a_typing_error_costs_one_search_more(jam, agent):
    refresh_vocabulary()
    assert agent.is_desk  # a request reads the roles with the person
    with CaptureQueriesContext(connection) as asked:
        assert search("pritner", agent).shown_for == "printer"
    is_search = [q for q in asked.captured_queries if "set_config(name" not in q["sql"]]
    # Settings, tickets, the others with the vocabulary, tickets again, their rows and snippets.
    # The session and the person make eight of it.
    assert sum("SELECT" in query["sql"] for query in is_search) == 6


def test_words_of_the_vocabulary_are_no_customers(jam, agent):
    refresh_vocabulary()
    found = search("pritner", agent)
    assert set(found.sections) == {"tickets"}
