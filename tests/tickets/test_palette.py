"""What the palette offers."""

from tests.factories.work import make_ticket


def options(client, **query) -> str:
    answer = client.get("/search/palette/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_words_it_offers_pages_views_and_actions(agent, client_of):
    found = options(client_of(agent))
    for words in ("New ticket", "Tickets: Unassigned", 'href="/customers/"'):
        assert words in found
    assert "Outbox" not in found


def test_words_narrow_what_it_offers_and_find_tickets(agent, acme, client_of):
    ticket = make_ticket(acme, subject="Unassigned voucher")
    found = options(client_of(agent), q="unassigned")
    assert ticket.get_absolute_url() in found
    assert "Tickets: Unassigned" in found
    assert "New ticket" not in found
    assert 'href="/customers/"' not in found


def test_a_number_goes_to_its_ticket(agent, acme, client_of):
    ticket = make_ticket(acme)
    assert f'id="pal-t{ticket.pk}"' in options(client_of(agent), q=f"SD-{ticket.pk}")


def test_assign_to_me_on_a_ticket_page_for_those_who_may(agent, alice, acme, client_of):
    ticket = make_ticket(acme)
    here = {"at": ticket.get_absolute_url()}
    found = options(client_of(agent), **here)
    assert f'formaction="/tickets/{ticket.pk}/assign/"' in found
    assert "Assign to me" not in options(client_of(agent), at="/customers/")
    assert "Assign to me" not in options(client_of(alice), **here)
    client_of(agent).post(f"/tickets/{ticket.pk}/assign/", {"technician": "me"})
    ticket.refresh_from_db()
    assert ticket.technician.user == agent
    assert "Assign to me" not in options(client_of(agent), **here)


def test_a_technician_finds_only_own_tickets(alice, acme, client_of):
    make_ticket(acme, subject="Zeppelin")
    found = options(client_of(alice), q="zeppelin")
    assert "pal-t" not in found
    assert "New ticket" not in options(client_of(alice))


def test_every_desk_page_holds_the_palette(agent, client_of):
    page = client_of(agent).get("/tickets/").content.decode()
    assert '<dialog class="palx popx" id="palette"' in page
    assert "data-palette " in page
