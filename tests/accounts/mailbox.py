"""Catches what accounts writes into the outbox, and walks the ways in as a person does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from core import mailbridge
from tests.factories.people import PASSWORD

NEW_PASSWORD = "another long sentence 7"


@dataclass
class Mail:
    """One mail of the outbox."""

    to: str
    subject: str
    text: str
    html: str
    key: str

    @property
    def link(self) -> str:
        """Path of the first link, without the desk's address."""
        return re.search(r"^https?://[^/\s]+(/\S*)$", self.text, re.MULTILINE)[1]


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Mail]:
    """Mails queued during the test."""
    caught: list[Mail] = []
    monkeypatch.setattr(mailbridge, "_sender", lambda *parts: caught.append(Mail(*parts)))
    return caught


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Callable) -> Callable[[], Iterator]:
    """with committing(): what follows the commit happens, too."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def sign_in(email: str, password: str = PASSWORD, *, client: Client | None = None, **extra: str):
    """POST the sign-in form; returns (client, answer). extra: fields, or HTTP_… headers."""
    client = client or Client()
    headers = {k: v for k, v in extra.items() if k.isupper()}
    fields = {k: v for k, v in extra.items() if not k.isupper()}
    data = {"login": email, "password": password, **fields}
    return client, client.post("/accounts/login/", data, **headers)


def register(email: str, *, client: Client | None = None, **fields: str):
    """POST the sign-up form; returns (client, answer)."""
    client = client or Client()
    data = {"name": "Nia New", "email": email, "password1": PASSWORD, **fields}
    return client, client.post("/accounts/signup/", data)


def is_in(client: Client) -> bool:
    """Whether the browser is signed in."""
    return client.get("/account/").status_code == 200
