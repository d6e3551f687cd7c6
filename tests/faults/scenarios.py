"""The faults, and the ledger of what the desk had promised before and while they happened."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.rig import Rig

POISON = "poison@faults.test"  # see poison.py, which only the worker may load

GIVE_UP_SECONDS = 180
CUSTOMER, REFUSED, PHONE = "carol@faults.test", "nobody@faults.test", "+447700900101"


@dataclass(frozen=True)
class Scenario:
    """One fault. act breaks something and returns when it is mended.

    refused: of so many operations one is for `address`, which cannot be reached; its message must
    stand before a person after at most `attempts`.
    """

    name: str
    act: Callable[[Rig], None]
    refused: int = 0
    address: str = REFUSED
    attempts: int = 1


@dataclass
class Ledger:
    """What the desk acknowledged: canary -> address of the e-mail."""

    name: str
    promised: dict[str, str] = field(default_factory=dict)
    refused_by_desk: int = 0  # operations that failed in front of the person
    last_at: float = 0.0  # time.monotonic() of the last acknowledgement
    slowest: float = 0.0  # seconds


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    name: str
    acknowledged: int
    not_taken: int
    lost: int
    duplicated: int
    most_copies: int
    for_a_person: int
    slowest: float
    recovered: float
    other_ids: int = 0  # second copies that do not carry the Message-ID of the first

    @property
    def holds(self) -> bool:
        """Nothing lost, nobody told more than twice, and a second copy can be recognised."""
        is_whole = self.acknowledged > 0 and not self.lost
        return is_whole and self.most_copies <= 2 and not self.other_ids


class Desk:
    """The people of the desk, and the one thing they do: report a problem and hand it out."""

    def __init__(self) -> None:
        from django.contrib.auth.models import Group

        from accounts.models import User
        from customers.models import Contact, Customer
        from technicians.models import Technician
        from tickets.models import DeskSettings

        DeskSettings.load()
        DeskSettings.objects.update(auto_assign=False)
        self.agent = User.objects.create_user("erin@faults.test", None, name="Erin")
        self.agent.groups.add(Group.objects.get(name="agent"))
        alice = User.objects.create_user("alice@faults.test", None, name="Alice", phone=PHONE)
        alice.groups.add(Group.objects.get(name="technician"))
        self.technician = Technician.objects.create(user=alice)
        self.customer = Customer.objects.create(name="Acme", email="office@faults.test")
        self.contacts = {
            address: Contact.objects.create(customer=self.customer, name="Carol", email=address)
            for address in (CUSTOMER, REFUSED, POISON)
        }

    def operate(self, canary: str, address: str) -> None:
        """Open a ticket and assign it: one e-mail, one SMS and two bells must follow."""
        from django.db import transaction

        from tickets.actions import assign_ticket, open_ticket

        with transaction.atomic():
            ticket = open_ticket(
                customer=self.customer,
                requester=self.contacts[address],
                subject=canary,
                description="It does not print.",
                actor=None,
            )
            assign_ticket(ticket, self.technician, actor=self.agent)


def drive(desk: Desk, ledger: Ledger, scenario: Scenario, *, count: int, rate: float) -> None:
    """Operations at `rate` a second until `count` are acknowledged; failed ones do not count."""
    from django.db import DatabaseError, InterfaceError, connection

    for number in itertools.count():
        if len(ledger.promised) >= count:
            break
        canary = f"{ledger.name}-{number:05d}-end"
        is_bad = scenario.refused and number % scenario.refused == 0
        address = scenario.address if is_bad else CUSTOMER
        start = time.monotonic()
        try:
            desk.operate(canary, address)
        except (DatabaseError, InterfaceError):
            ledger.refused_by_desk += 1
            connection.close()
        else:
            ledger.promised[canary] = address
            ledger.last_at = time.monotonic()
            ledger.slowest = max(ledger.slowest, ledger.last_at - start)
        time.sleep(max(0.0, 1 / rate - (time.monotonic() - start)))
    connection.close()


def run(rig: Rig, desk: Desk, scenario: Scenario, *, number: int, count: int) -> Result:
    """Drive the desk through one fault and settle the account."""
    ledger = Ledger(f"canary{number}")
    driver = threading.Thread(
        target=drive,
        args=(desk, ledger, scenario),
        kwargs={"count": count, "rate": 25.0},
    )
    driver.start()
    scenario.act(rig)
    mended = time.monotonic()
    while driver.is_alive():
        rig.rest(0.1)
    until = time.monotonic() + GIVE_UP_SECONDS
    while _open_promises(rig, ledger) and time.monotonic() < until:
        rig.rest(0.1)
    rig.rest(3)  # a late second copy must have its chance to show
    return _settle(rig, scenario, ledger, mended)


def _copies(rig: Rig, ledger: Ledger) -> dict[tuple[str, str], list[float]]:
    """(channel, canary) -> when each copy arrived, of everything this run sent."""
    found: dict[tuple[str, str], list[float]] = {}
    texts = [("email", mail.message["Subject"], mail.at) for mail in list(rig.sink.received)]
    texts += [("sms", sms.body, sms.at) for sms in list(rig.twilio.received)]
    for channel, text, at in texts:
        start = text.find(f"{ledger.name}-")
        if start >= 0:
            canary = text[start : text.index("-end", start) + 4]
            found.setdefault((channel, canary), []).append(at)
    return found


def _wanted(ledger: Ledger) -> set[tuple[str, str]]:
    mails = {("email", c) for c, to in list(ledger.promised.items()) if to == CUSTOMER}
    return mails | {("sms", c) for c in list(ledger.promised)}


def _failed(ledger: Ledger) -> dict[tuple[str, str], int]:
    """(channel, canary) -> attempts, of messages that wait for a person in the outbox."""
    from django.db import DatabaseError, InterfaceError, connection

    from notifications.models import Notification

    rows = Notification.objects.filter(state="failed").exclude(channel="bell")
    try:
        found = rows.values_list("channel", "subject", "body_text", "attempts")
        result = {}
        for channel, subject, text, attempts in found:
            words = subject if channel == "email" else text
            start = words.find(f"{ledger.name}-")
            if start >= 0:
                result[channel, words[start : words.index("-end", start) + 4]] = attempts
        return result
    except (DatabaseError, InterfaceError):
        connection.close()
        return {}


def _open_promises(rig: Rig, ledger: Ledger) -> bool:
    """Whether something acknowledged has neither arrived nor been put before a person."""
    refused = {("email", c) for c, to in ledger.promised.items() if to != CUSTOMER}
    missing = _wanted(ledger) - set(_copies(rig, ledger))
    return bool(missing) or bool(refused - set(_failed(ledger)))


def _settle(rig: Rig, scenario: Scenario, ledger: Ledger, mended: float) -> Result:
    copies, failed = _copies(rig, ledger), _failed(ledger)
    refused = {("email", c) for c, to in ledger.promised.items() if to != CUSTOMER}
    # A bad address is settled when it stands before a person after few attempts.
    lost = _wanted(ledger) - set(copies)
    few = range(1, scenario.attempts + 1)
    lost |= {promise for promise in refused if failed.get(promise) not in few}
    firsts = [min(times) for promise, times in copies.items() if promise in _wanted(ledger)]
    return Result(
        name=scenario.name,
        acknowledged=len(ledger.promised),
        not_taken=ledger.refused_by_desk,
        lost=len(lost),
        duplicated=sum(len(times) > 1 for times in copies.values()),
        most_copies=max((len(times) for times in copies.values()), default=0),
        for_a_person=len(failed),
        slowest=ledger.slowest,
        recovered=max(0.0, max(firsts, default=mended) - max(mended, ledger.last_at)),
        other_ids=_other_ids(rig),
    )


def _other_ids(rig: Rig) -> int:
    """Mails of the same words to the same people under different Message-IDs."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    for mail in list(rig.sink.received):
        key = (mail.recipients[0], mail.message["Subject"], mail.text)
        ids.setdefault(key, set()).add(mail.message["Message-ID"])
    return sum(len(found) > 1 for found in ids.values())


# --- What can go wrong --------------------------------------------------------------------


def nothing(rig: Rig) -> None:
    """The yardstick."""


def worker_dies_once(rig: Rig) -> None:
    worker_dies(rig, times=1)


def worker_dies(rig: Rig, *, times: int = 2) -> None:
    """Killed while messages are in the air: taken by the other side, not yet marked."""
    rig.sink.delay = rig.twilio.delay = 0.3
    for _ in range(times):
        _wait_until(rig, lambda: rig.sink.in_the_air > 0)
        rig.kill_worker()
        rig.rest(7.5)  # longer than a lease, so that what it held is sent before the next
    rig.sink.delay = rig.twilio.delay = 0.0


def _wait_until(rig: Rig, happens: Callable[[], bool]) -> None:
    """At most a minute; the account is settled either way."""
    until = time.monotonic() + 60
    while not happens() and time.monotonic() < until:
        rig.rest(0.05)


def redis_is_emptied(rig: Rig) -> None:
    rig.rest(1.0)
    rig.empty_redis()


def postgres_restarts(rig: Rig) -> None:
    for _ in range(2):
        rig.rest(1.0)
        rig.restart_postgres()


def mail_server_is_busy(rig: Rig) -> None:
    rig.sink.answer = "451 4.3.2 try again later"
    rig.rest(6.0)
    rig.sink.answer = ""


def mail_server_is_silent(rig: Rig) -> None:
    """Takes the text and does not answer for longer than we wait."""
    rig.sink.delay = 4.0
    _wait_until(rig, lambda: rig.sink.in_the_air > 0)
    rig.rest(1.0)
    rig.sink.delay = 0.0


def some_addresses_are_unknown(rig: Rig) -> None:
    rig.sink.refused.add(REFUSED)


def twilio_is_overrun(rig: Rig) -> None:
    rig.twilio.status, rig.twilio.code, rig.twilio.retry_after = 429, 20429, 3.0
    rig.rest(4.0)
    rig.twilio.status, rig.twilio.retry_after = 0, None


def twilio_is_broken(rig: Rig) -> None:
    rig.twilio.status, rig.twilio.code = 500, 20500
    rig.rest(5.0)
    rig.twilio.status = 0


def twilio_is_silent(rig: Rig) -> None:
    """Takes the SMS and does not answer for longer than we wait."""
    before = len(rig.twilio.received)
    rig.twilio.delay = 4.0
    _wait_until(rig, lambda: len(rig.twilio.received) > before)
    rig.rest(1.0)
    rig.twilio.delay = 0.0


def redis_stands_still(rig: Rig) -> None:
    rig.rest(1.0)
    rig.hold_redis(seconds=8.0)


def everything_is_dark(rig: Rig) -> None:
    """Neither the mail server nor Twilio is there."""
    rig.sink.shut()
    rig.twilio.shut()
    rig.rest(10.0)
    rig.sink.reopen()
    rig.twilio.reopen()


SCENARIOS = [
    Scenario("nothing", nothing),
    Scenario("worker SIGKILLed in mid-delivery, twice", worker_dies),
    Scenario("Redis killed, back empty", redis_is_emptied),
    Scenario("PostgreSQL immediate restart, twice", postgres_restarts),
    Scenario("Redis stands still for 8 s", redis_stands_still),
    Scenario("mail that ends its worker, every 50th", nothing, 50, POISON, 3),
    Scenario("mail server and Twilio gone for 10 s", everything_is_dark),
    Scenario("SMTP 451 for 6 s", mail_server_is_busy),
    Scenario("SMTP silent after the text", mail_server_is_silent),
    Scenario("SMTP 550 for every 10th address", some_addresses_are_unknown, 10),
    Scenario("Twilio 429, Retry-After 3 s", twilio_is_overrun),
    Scenario("Twilio 500 for 5 s", twilio_is_broken),
    Scenario("Twilio silent after the SMS", twilio_is_silent),
]
SMALL = [Scenario("worker SIGKILLed in mid-delivery", worker_dies_once), *SCENARIOS[2:4]]
