"""My news: read, opened, all read."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from tests.notifications.test_bell import line

SignIn = Callable[[User], Client]


def test_everybody_sees_their_own_news(client_of: SignIn, alice: User, carol: User) -> None:
    line(alice, "For Alice"), line(carol, "For Carol")
    assert "For Alice" in client_of(alice).get("/news/").content.decode()
    page = client_of(carol).get("/news/").content.decode()
    assert "For Carol" in page
    assert "For Alice" not in page


def test_no_news_says_so(client_of: SignIn, carol: User) -> None:
    assert "No news yet" in client_of(carol).get("/news/").content.decode()


def test_reading_marks_and_leads_on(client_of: SignIn, alice: User) -> None:
    row = line(alice)
    response = client_of(alice).post(f"/news/{row.pk}/read/")
    assert response.headers["Location"] == "/field/jobs/1/"
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_get_reads_nothing(client_of: SignIn, alice: User) -> None:
    """A15: a scanner or prefetch that follows links changes nothing."""
    row = line(alice)
    assert client_of(alice).get(f"/news/{row.pk}/read/").status_code == 405
    row.refresh_from_db()
    assert row.read_at is None


def test_a_line_never_leads_to_another_site(client_of: SignIn, alice: User) -> None:
    for url in ("https://evil.test/", "//evil.test/", ""):
        row = line(alice, url=url)
        response = client_of(alice).post(f"/news/{row.pk}/read/")
        assert response.headers["Location"] == "/news/"


def test_somebody_elses_line_is_not_there(client_of: SignIn, alice: User, bob: User) -> None:
    row = line(alice)
    assert client_of(bob).post(f"/news/{row.pk}/read/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_all_read_means_all_of_mine(client_of: SignIn, alice: User, bob: User) -> None:
    mine, other = line(alice), line(bob)
    client_of(alice).post("/news/read/")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at is not None
    assert other.read_at is None
