"""Files of a work entry."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from servicelogs.models import ServiceLog

ClientOf = Callable[[User], Client]


def test_staff_who_see_the_ticket_get_the_file(
    entry: ServiceLog, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).get(f"/servicelogs/files/{entry.files.get().pk}/")
    assert b"".join(answer.streaming_content) == b"fine now"  # type: ignore[attr-defined]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_others_find_nothing(
    entry: ServiceLog, bob: User, carol: User, client_of: ClientOf
) -> None:
    for user in (bob, carol):
        url = f"/servicelogs/files/{entry.files.get().pk}/"
        assert client_of(user).get(url).status_code == 404
