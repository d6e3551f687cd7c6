"""What earlier tickets say of a technician, handed to the ranking."""

import pytest

from technicians.ranking import DEPTH
from tests.factories.people import make_contact, make_portal_user, make_team, make_technician
from tests.factories.work import make_category, make_device, make_ticket
from tickets import actions
from tickets.actions.assignment import needs_of
from tickets.experience import language_of, past_results, who_knows
from tickets.models import Status

pytestmark = pytest.mark.django_db


def test_who_had_the_device_knows_it_and_who_had_the_customer_knows_them(acme, dave) -> None:
    of_device, of_customer, stranger = (make_technician() for _ in range(3))
    device = make_device(acme)
    make_ticket(acme, device=device, technician=of_device)
    for _ in range(2):
        make_ticket(acme, technician=of_customer)
    make_ticket(dave.contact.customer, technician=stranger)
    known = who_knows(make_ticket(acme, device=device))
    assert {pk: fact.words for pk, fact in known.items()} == {
        of_device.pk: "knows this device from 1 ticket",
        of_customer.pk: "knows this customer from 2 tickets",
    }
    assert known[of_device.pk].share > known[of_customer.pk].share


def test_without_a_device_nobody_knows_the_device(acme) -> None:
    someone = make_technician()
    make_ticket(acme, technician=someone)
    assert "customer" in who_knows(make_ticket(acme))[someone.pk].words


def test_the_ticket_itself_says_nothing_of_who_has_it(acme, category) -> None:
    ticket = make_ticket(
        acme, category=category, technician=make_technician(), status=Status.RESOLVED
    )
    assert who_knows(ticket) == {}
    assert past_results(ticket) == {}


def test_a_reopened_ticket_did_not_stay_solved(acme, agent, category) -> None:
    good, poor = make_technician(), make_technician()
    for technician in (good, poor):
        done = make_ticket(acme, category=category, technician=technician, status=Status.RESOLVED)
    actions.resolve_ticket(actions.reopen_ticket(done, actor=agent), "Again.", actor=agent)
    found = past_results(make_ticket(acme, category=category))
    assert found[good.pk].words == "1 of 1 like this stayed solved"
    assert found[poor.pk].words == "0 of 1 like this stayed solved"
    assert found[good.pk].share > 0.5 > found[poor.pk].share


def test_a_followed_ticket_did_not_stay_solved(acme, category) -> None:
    poor = make_technician()
    done = make_ticket(acme, category=category, technician=poor, status=Status.CLOSED)
    make_ticket(acme, follows=done)
    found = past_results(make_ticket(acme, category=category))
    assert found[poor.pk].words == "0 of 1 like this stayed solved"


def test_other_categories_and_unfinished_tickets_do_not_count(acme, category) -> None:
    someone = make_technician()
    make_ticket(acme, category=category, technician=someone)
    make_ticket(acme, category=make_category(), technician=someone, status=Status.RESOLVED)
    assert past_results(make_ticket(acme, category=category)) == {}
    assert past_results(make_ticket(acme)) == {}


def test_the_language_is_the_requesters_unless_it_is_the_desks_own(acme) -> None:
    german = make_portal_user(acme, locale="de").contact
    english = make_portal_user(acme, locale="en-us").contact
    unknown = make_contact(acme)
    wishes = [
        language_of(make_ticket(acme, requester=one)) for one in (german, english, unknown, None)
    ]
    assert wishes == ["de", None, None, None]


def test_the_needs_of_a_ticket_carry_all_of_it(acme) -> None:
    team = make_team("Printers")
    category = make_category(team=team)
    someone = make_technician()
    make_ticket(acme, category=category, technician=someone, status=Status.RESOLVED)
    german = make_portal_user(acme, locale="de").contact
    needs = needs_of(make_ticket(acme, category=category, requester=german))
    assert (needs.language, needs.team_id) == ("de", team.pk)
    assert list(needs.familiar) == list(needs.results) == [someone.pk]


def test_a_choice_far_down_the_ranking_keeps_its_score(acme, agent) -> None:
    for _ in range(DEPTH):
        make_technician()
    worst = make_technician("Worst", availability="busy")
    ticket = actions.choose_technician(make_ticket(acme), worst, actor=agent)
    decision = ticket.decisions.get(is_automatic=False)
    assert decision.score is not None
    assert [row["name"] for row in decision.ranking if row["score"]][DEPTH:] == ["Worst"]
