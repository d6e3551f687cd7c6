"""A conversation over a real SMTP and a real IMAP line stays one ticket, whatever mail programs do.

The desk sends by SMTP to a server that keeps everybody's mail; the people answer from there, each
in the way of their program, by SMTP as well; what is for the desk lands in its IMAP folder and is
fetched from it.
"""

import smtplib
import socket
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from django.utils import timezone

from core.events import sweep
from mailbox.actions import fetch
from mailbox.models import Fate, ImapAccount, InboundMail
from notifications.actions.sending import send_due
from notifications.models import Notification
from tests.factories.mails import make_mailbox
from tests.factories.people import make_contact
from tests.fakes.https import HOST, certificate
from tests.fakes.imap import Imap
from tests.fakes.smtp import Received, Sink
from tickets.actions import NewReply, release_due, send_reply
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
DESK, CAROL, DORA = "support@desk.test", "carol@acme.test", "dora@acme.test"
WRITTEN = [  # who, what; the odd ones out are the agents
    ("carol", "It jams on every second page."),
    ("agent", "Which tray do you use?"),
    ("carol", "The lower one, tray two."),
    ("dora", "The upper one jams as well since Monday."),
    ("manager", "Please open the rear door and look for torn paper."),
    ("dora", "There was a piece; it is out."),
    ("agent", "Does it print now?"),
    ("carol", "Ten pages, then it jams again."),
    ("manager", "Then the roller is worn. Shall we send a new one?"),
    ("carol", "Yes please, to our front desk."),
    ("dora", "I am there from nine to five."),
    ("agent", "It is on its way and comes tomorrow."),
]


class Post:
    """The world's mail server: the desk's mail goes to its IMAP folder, all other is kept."""

    def __init__(self, sink: Sink, imap: Imap) -> None:
        self.sink, self.imap = sink, imap

    def hand_in(self, mail: EmailMessage) -> None:
        """A person's program sends; the server delivers."""
        with smtplib.SMTP("127.0.0.1", self.sink.controller.port) as line:
            line.send_message(mail)
        if DESK in self.sink.received[-1].recipients:
            self.imap.put(self.sink.received[-1].message.as_bytes())

    def last_for(self, address: str) -> Received:
        """The last mail of the desk that a person has."""
        return [mail for mail in self.sink.to(address) if DESK in str(mail.message["From"])][-1]


def answer(sender: str, text: str, got: EmailMessage, *, prefix: str = "Re: ") -> EmailMessage:
    """What every program does: to all but oneself."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, str(got["Reply-To"] or got["From"])
    others = {CAROL, DORA} - {sender}
    mail["Cc"] = ", ".join(sorted(others))
    subject = str(got["Subject"])
    mail["Subject"] = subject if subject.lower().startswith("re:") else prefix + subject
    mail["Message-ID"] = make_msgid(domain="acme.test")
    mail.set_content(text + "\n")
    return mail


def quoted(text: str, got: Received, head: str) -> str:
    lines = "\n".join(f"> {line}" for line in got.text.splitlines())
    return f"{text}\n\n{head}\n{lines}\n"


def thunderbird(
    sender: str, text: str, got: Received, head: str = "On 24/11/2026 10:15, Support wrote:"
) -> EmailMessage:
    """In-Reply-To and all of References, the words quoted below."""
    mail = answer(sender, quoted(text, got, head), got.message)
    own = str(got.message["Message-ID"])
    mail["In-Reply-To"] = own
    mail["References"] = f"{got.message['References'] or ''} {own}".strip()
    return mail


def gmail(sender: str, text: str, got: Received) -> EmailMessage:
    """References cut to the last of them, by a relay that takes no long headers."""
    head = f"On Tue, 24 Nov 2026 at 10:15, Support <{DESK}> wrote:"
    mail = thunderbird(sender, text, got, head)
    last = str(mail["References"]).split()[-1]
    del mail["References"]
    mail["References"] = last
    return mail


def phone(sender: str, text: str, got: Received) -> EmailMessage:
    """In-Reply-To and nothing else: no References, no history."""
    mail = answer(sender, text, got.message)
    mail["In-Reply-To"] = str(got.message["Message-ID"])
    return mail


def outlook(sender: str, text: str, got: Received) -> EmailMessage:
    """Its server gave our mail a number of its own: only our words below lead back."""
    below = f"{text}\n\n________________________________\nFrom: Support\nSent: Monday\n\n{got.text}"
    mail = answer(sender, below, got.message, prefix="RE: ")
    theirs = make_msgid(domain="exchange.acme.test")
    mail["In-Reply-To"] = mail["References"] = theirs
    mail["Thread-Topic"], mail["Thread-Index"] = str(got.message["Subject"]), "AQHZ0123456789=="
    return mail


@pytest.fixture
def post(tmp_path, monkeypatch, settings):
    pem, real = certificate(tmp_path), socket.getaddrinfo
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real("127.0.0.1" if host == HOST else host, *a, **k),
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    with Sink() as sink, Imap(pem) as imap:
        settings.EMAIL_PORT = sink.controller.port
        ImapAccount.objects.create(
            mailbox=make_mailbox(DESK), host=HOST, port=imap.port,
            username="support", secret="geheim-1",
        )  # fmt: skip
        yield Post(sink, imap)


def work() -> None:
    """What beat and the workers do in a minute: fetch, let replies out, tell, send."""
    fetch(ImapAccount.objects.get().pk, now=timezone.now() + timedelta(hours=1))
    sweep()
    release_due(now=timezone.now() + timedelta(minutes=1))
    sweep()
    send_due()


@pytest.mark.parametrize("program", [thunderbird, gmail, phone, outlook])
def test_twelve_mails_are_one_ticket(program: Callable, post, acme, carol, agent, manager):
    make_contact(acme, name="Dora", email=DORA)
    people = {"agent": agent, "manager": manager, "carol": CAROL, "dora": DORA}
    for number, (who, text) in enumerate(WRITTEN):
        sender = people[who]
        if number == 0:
            first = EmailMessage()
            first["From"], first["To"], first["Cc"] = CAROL, DESK, DORA
            first["Subject"], first["Message-ID"] = "Paper jam", make_msgid(domain="acme.test")
            first.set_content(text)
            post.hand_in(first)
        elif isinstance(sender, str):
            post.hand_in(program(sender, text, post.last_for(sender)))
        else:
            send_reply(Ticket.objects.get(), NewReply(text, seen=None), actor=sender)
        work()

    ticket = Ticket.objects.get()
    fates = list(InboundMail.objects.order_by("pk").values_list("fate", flat=True))
    assert fates == [Fate.CREATED, *[Fate.APPENDED] * 6]
    said = list(ticket.messages.order_by("pk").values_list("body", flat=True))
    assert [ticket.description.strip(), *(body.strip() for body in said)] == [
        text for _who, text in WRITTEN
    ]
    assert not Message.objects.exclude(ticket=ticket).exists()
    assert post.imap.seen() == [1, 2, 3, 4, 5, 6, 7]
    assert not Notification.objects.exclude(state="sent").filter(channel="email").exists()
    _each_answer_came_once(post)


def _each_answer_came_once(post: Post) -> None:
    for who, text in WRITTEN:
        if who not in {"agent", "manager"}:
            continue
        for person in (CAROL, DORA):
            mails = [mail for mail in post.sink.to(person) if text in mail.text.partition("\n>")[0]
                     and DESK in str(mail.message["From"])]  # fmt: skip
            assert len(mails) == 1, (text, person)
            mail = mails[0].message
            assert "[SD-" in str(mail["Subject"])
            assert mail["In-Reply-To"]
