"""The web server is killed while customers report problems with a file; they send again."""

import random
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.rig import Rig
from tests.faults.scenarios import CUSTOMER, Desk, Result

CLIENTS, PATIENCE = 4, 60.0
HIDDEN = re.compile(r'name="(once_key|csrfmiddlewaretoken)" value="([^"]+)"')
HIDDEN_TURNED = re.compile(r'value="([^"]+)"[^>]*name="(once_key|csrfmiddlewaretoken)"')
NAME = "web killed while posting, three times"


@dataclass
class Reporter:
    """A customer's browser, that sends the same form until it is answered."""

    base: str
    cookie: tuple[str, str]
    done: list[str] = field(default_factory=list)
    sent_again: int = 0
    slowest: float = 0.0
    last_at: float = 0.0

    def report(self, subject: str) -> None:
        import requests

        with requests.Session() as session:
            session.cookies.set(*self.cookie)
            page = self._until_answered(lambda: session.get(self.url, timeout=10))
            form = dict(HIDDEN.findall(page.text))
            form |= {name: value for value, name in HIDDEN_TURNED.findall(page.text)}
            form |= {"subject": subject, "description": "It does not print.", "priority": "2"}
            file = {"files": ("note.txt", b"what it said on the display", "text/plain")}
            answer = self._until_answered(
                lambda: session.post(
                    self.url, form, files=file, timeout=10, allow_redirects=False,
                    headers={"Referer": self.url},
                )
            )  # fmt: skip
            if answer.status_code != 302:
                raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
        self.done.append(subject)
        self.last_at = time.monotonic()

    @property
    def url(self) -> str:
        return f"{self.base}/portal/tickets/new/"

    def _until_answered(self, ask: Any) -> Any:
        import requests

        until = time.monotonic() + PATIENCE
        while True:
            start = time.monotonic()
            try:
                answer = ask()
            except requests.RequestException:
                self.sent_again += 1
            else:
                self.slowest = max(self.slowest, time.monotonic() - start)
                if answer.status_code < 500:
                    return answer
            if time.monotonic() > until:
                raise TimeoutError(self.url)
            time.sleep(0.2)


def run_posting(rig: Rig, desk: Desk, *, count: int) -> Result:
    """count reports by several customers while the server is killed three times."""
    base = rig.start_web()
    cookie = _signed_in(desk)
    names = [f"posted-{number:05d}" for number in range(count)]
    reporters = [Reporter(base, cookie) for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=_all, args=(reporter, names[number::CLIENTS]))
        for number, reporter in enumerate(reporters)
    ]
    for thread in threads:
        thread.start()
    for _ in range(3):
        rig.rest(random.uniform(0.5, 1.5))
        rig.kill_web()
        mended = time.monotonic()
        rig.rest(4.0)
    while any(thread.is_alive() for thread in threads):
        rig.rest(0.1)
    whole, twice = _counts(names)
    done = [name for reporter in reporters for name in reporter.done]
    lost = [name for name in done if name not in whole]
    return Result(
        name=NAME,
        acknowledged=len(done),
        not_taken=sum(reporter.sent_again for reporter in reporters),
        lost=len(lost) + (count - len(done)),
        duplicated=twice,
        most_copies=2 if twice else 1,
        for_a_person=0,
        slowest=max(reporter.slowest for reporter in reporters),
        recovered=max(0.0, min((r.last_at for r in reporters), default=mended) - mended - 4.0),
    )


def _all(reporter: Reporter, names: list[str]) -> None:
    for name in names:
        reporter.report(name)


def _signed_in(desk: Desk) -> tuple[str, str]:
    """Cookie of a customer who has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User

    user = User.objects.create_user("carol-web@faults.test", None, name="Carol")
    user.groups.add(Group.objects.get(name="customer"))
    contact = desk.contacts[CUSTOMER]
    contact.user = user
    contact.save(update_fields=["user"])
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store.save()
    return settings.SESSION_COOKIE_NAME, str(store.session_key)


def _counts(names: list[str]) -> tuple[set[str], int]:
    """(reports that are there whole: ticket, file and event; how many are there twice)."""
    whole, twice = set(), 0
    for name, files, events in _tickets(names):
        twice += name in whole
        if files == 1 and events:
            whole.add(name)
    return whole, twice


def _tickets(names: list[str]) -> Iterator[tuple[str, int, bool]]:
    from core.models import EventRecord
    from tickets.models import Ticket

    for ticket in Ticket.objects.filter(subject__in=names):
        opened = EventRecord.objects.filter(
            name="ticket.opened", subject_type="tickets.ticket", subject_id=ticket.pk
        )
        yield ticket.subject, ticket.files.count(), opened.exists()
