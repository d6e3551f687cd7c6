"""The section "Work done"."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from servicelogs.models import ServiceLog
from tests.factories.work import make_ticket

ClientOf = Callable[[User], Client]


def test_it_shows_text_parts_files_and_the_sum(
    entry: ServiceLog, agent: User, client_of: ClientOf
) -> None:
    page = client_of(agent).get(f"/tickets/{entry.ticket_id}/work/").content.decode()
    for words in ("&lt;b&gt;RK", "1 × Roller kit", "after.txt", "25 min in all", "Visit"):
        assert words in page, words
    assert "<html" not in page


def test_only_the_author_and_managers_are_offered_a_correction(
    entry: ServiceLog, agent: User, alice: User, manager: User, client_of: ClientOf
) -> None:
    url = f"/tickets/{entry.ticket_id}/work/"
    offered = ["Correct this" in client_of(user).get(url).content.decode()
               for user in (agent, alice, manager)]  # fmt: skip
    assert offered == [False, True, True]


def test_nothing_logged_is_said(agent: User, client_of: ClientOf) -> None:
    page = client_of(agent).get(f"/tickets/{make_ticket().pk}/work/").content
    assert b"Nothing logged yet." in page


def test_strangers_find_nothing(
    entry: ServiceLog, bob: User, carol: User, client_of: ClientOf
) -> None:
    for user in (bob, carol):
        assert client_of(user).get(f"/tickets/{entry.ticket_id}/work/").status_code == 404
