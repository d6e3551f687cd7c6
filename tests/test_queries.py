"""The number of SQL queries of a page does not grow with its rows."""

from collections.abc import Callable
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from core.models import EventRecord
from customers.models import Contact, Customer
from devices.models import Device
from notifications.models import Notification, Rule
from technicians.models import Technician
from tests.factories.articles import make_article
from tests.factories.files import picture
from tests.factories.mails import make_mailbox
from tests.factories.people import make_customer, make_team, make_technician
from tests.factories.promises import make_calendar, make_policy
from tests.factories.rules import make_rule
from tests.factories.texts import make_canned, make_macro
from tests.factories.wordings import make_wording
from tests.factories.work import make_category, make_device, make_product, make_ticket
from tickets.actions import NewReply, send_reply
from tickets.models import (
    CustomField,
    Follower,
    Message,
    SavedView,
    Tag,
    Ticket,
    TicketCopy,
    TicketLink,
)

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 200
MOST = {"queue": 8, "ticket": 12}  # statements of the two pages agents live in


def queries(client, url: str) -> int:
    """SQL statements of one request; the page must work."""
    client.get(url)  # warms what is loaded once per process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(captured)


def add_tickets(customer: Customer, device: Device | None, count: int) -> None:
    """Rows with every relation a list shows, differing so that nothing is found in a cache."""
    technicians = [make_technician() for _ in range(3)]
    contacts = Contact.objects.bulk_create(
        Contact(customer=customer, name=f"C {n}", email=f"c{timezone.now().timestamp()}-{n}@x.test")
        for n in range(count)
    )
    category = make_category()
    Ticket.objects.bulk_create(
        Ticket(
            customer=customer,
            requester=contacts[n],
            device=device,
            category=category,
            technician=technicians[n % 3],
            subject=f"Problem {n}",
            description="It does not work.",
            opened_at=timezone.now(),
        )
        for n in range(count)
    )


def growth(client, url: str, grow: Callable[[int], None]) -> int:
    """How many more SQL statements the page costs with MANY rows than with FEW."""
    grow(FEW)
    few = queries(client, url)
    grow(MANY - FEW)
    return queries(client, url) - few


@pytest.mark.parametrize("url", ["/tickets/?size=100", "/tickets/view/all/?size=100&sort=-updated"])
def test_ticket_list(url, agent: User, client_of):
    acme = make_customer()
    device = make_device(acme)
    assert growth(client_of(agent), url, lambda n: add_tickets(acme, device, n)) == 0
    assert queries(client_of(agent), url) <= MOST["queue"]


def test_ticket_page(agent: User, acme, device, client_of):
    ticket = make_ticket(acme, device=device)

    def grow(count: int) -> None:
        Message.objects.bulk_create(
            Message(
                ticket=ticket, author=agent, author_name=agent.name, body=f"m {n}",
                created_at=timezone.now(),
            )
            for n in range(count)
        )  # fmt: skip
        add_tickets(acme, device, count)

    assert growth(client_of(agent), f"/tickets/{ticket.pk}/", grow) == 0
    assert queries(client_of(agent), f"/tickets/{ticket.pk}/") <= MOST["ticket"]


def test_ticket_page_with_replies_on_their_way_and_its_people(agent: User, acme, client_of):
    ticket = make_ticket(acme)

    def grow(count: int) -> None:
        for n in range(count // 10):
            Follower.objects.create(ticket=ticket, user=make_technician().user)
            TicketCopy.objects.create(
                ticket=ticket, email=f"c{timezone.now().timestamp()}-{n}@x.test"
            )
            send_reply(ticket, NewReply(f"m {n}", files=[picture()]), actor=agent)

    for page in ["", "people/"]:
        assert growth(client_of(agent), f"/tickets/{ticket.pk}/{page}", grow) == 0


def test_what_mail_and_outbox_say_beside_the_messages(agent: User, acme, client_of):
    ticket, box, now = make_ticket(acme), make_mailbox(), timezone.now()
    rule = Rule.objects.get(event="ticket.staff_replied", audience="requester")

    def grow(count: int) -> None:
        for _ in range(count // 10):
            message = Message.objects.create(ticket=ticket, kind="reply", body="x", created_at=now)
            box.mails.create(
                header_id=f"<{message.pk}@x.test>",
                raw="x.eml",
                size_bytes=1,
                received_at=now,
                fate="appended",
                ticket=ticket,
                message=message,
            )
            said = EventRecord.objects.create(
                name="ticket.staff_replied",
                subject_type="tickets.ticket",
                subject_id=ticket.pk,
                payload={"message_id": message.pk},
                occurred_at=now,
            )
            sent = Notification.objects.create(
                event=said,
                rule=rule,
                channel="email",
                address="c@x.test",
                body_text="x",
                state="sent",
                sent_at=now,
                next_attempt_at=now,
                dedupe_key=f"q:{message.pk}",
            )
            sent.deliveries.create(address="c@x.test", fate="delivered", happened_at=now)

    for page in ("outbox", "mail"):
        url = f"/{page}/ticket/{ticket.pk}/?messages="
        grow(FEW)
        few = queries(client_of(agent), url + keys_of(ticket))
        grow(MANY - FEW)
        assert queries(client_of(agent), url + keys_of(ticket)) == few


def keys_of(ticket: Ticket) -> str:
    return ",".join(str(key) for key in ticket.messages.values_list("pk", flat=True))


def test_device_page_and_its_panel(agent: User, acme, device, client_of):
    client = client_of(agent)
    assert growth(client, f"/devices/{device.pk}/", lambda n: add_tickets(acme, device, n)) == 0
    panel = f"/tickets/of-device/{device.pk}/"
    assert growth(client, panel, lambda n: add_tickets(acme, device, n)) == 0


def test_customer_page_and_its_panels(agent: User, acme, client_of):
    product = make_product()

    def grow(count: int) -> None:
        start = Device.objects.count()
        Device.objects.bulk_create(
            Device(customer=acme, product=product, serial=f"Q-{start + n}") for n in range(count)
        )
        add_tickets(acme, None, count)

    client = client_of(agent)
    assert growth(client, f"/customers/{acme.pk}/", grow) == 0
    assert growth(client, f"/tickets/of-customer/{acme.pk}/", grow) == 0


def test_customer_and_device_lists(agent: User, client_of):
    product = make_product()

    def grow(count: int) -> None:
        for _ in range(count // 10):
            make_device(make_customer(), product=product)

    assert growth(client_of(agent), "/customers/?size=100", grow) == 0
    assert growth(client_of(agent), "/devices/?size=100", grow) == 0


def test_technician_list(agent: User, client_of):
    more = growth(
        client_of(agent),
        "/technicians/?size=100",
        lambda n: [make_technician(skills={"Printers": 3}) for _ in range(n // 10)] and None,
    )
    assert more == 0


def test_dispatch_panel(agent: User, acme, client_of):
    ticket = make_ticket(acme)
    more = growth(
        client_of(agent),
        f"/tickets/{ticket.pk}/technicians/",
        lambda n: [make_technician(skills={"Printers": 3}) for _ in range(n // 10)] and None,
    )
    assert more == 0


def test_portal_pages(carol: User, acme, device, client_of):
    client = client_of(carol)
    for url in ["/portal/", "/portal/tickets/", "/portal/devices/", "/portal/tickets/new/"]:
        assert growth(client, url, lambda n: add_tickets(acme, device, n)) == 0


def test_field_today(alice: User, acme, device, client_of):
    def grow(count: int) -> None:
        add_tickets(acme, device, count)
        Ticket.objects.update(technician=alice.technician)

    assert growth(client_of(alice), "/field/", grow) == 0


def test_canned_replies_and_macros(agent: User, acme, client_of):
    ticket, team = make_ticket(acme), make_team("Hers", agent)
    numbers = count()

    def grow(more: int) -> None:
        for _ in range(more // 10):
            n = next(numbers)
            make_canned(f"Text {n}", owner=agent)
            make_canned(f"Text {n}", team=team)
            make_macro(("note", "x"), ("priority", "1"), name=f"Macro {n}", team=team, actor=agent)

    client = client_of(agent)
    for url in ["/canned/", "/canned/macros/", f"/tickets/{ticket.pk}/canned/",
                f"/tickets/{ticket.pk}/macros/", "/tickets/bulk/macros/"]:  # fmt: skip
        assert growth(client, url, grow) == 0


def test_message_texts_and_their_history(admin: User, acme, client_of):
    numbers = count()

    def grow(more: int) -> None:
        make_ticket(acme)
        for _ in range(more // 3):
            make_wording(admin, f"Text {next(numbers)}")

    client = client_of(admin)
    for url in ["", "ticket_opened/en-gb/", "ticket_opened/en-gb/history/"]:
        assert growth(client, f"/texts/{url}", grow) == 0


@pytest.mark.parametrize("who", ["agent", "alice"])
def test_linked_tickets_and_the_page_of_incidents(who, acme, client_of, request):
    user = request.getfixturevalue(who)
    alice = Technician.objects.get(user=request.getfixturevalue("alice"))
    problem = make_ticket(acme)
    Ticket.objects.filter(pk=problem.pk).update(technician=alice)

    def grow(count: int) -> None:
        add_tickets(acme, None, count // 5)
        new = Ticket.objects.exclude(pk=problem.pk).filter(links_from=None)
        new.update(technician=alice)
        TicketLink.objects.bulk_create(
            TicketLink(source=problem, target=row, kind="problem", created_at=timezone.now())
            for row in new
        )

    for page in ["links", "incidents"]:
        assert growth(client_of(user), f"/tickets/{problem.pk}/{page}/", grow) == 0


def test_pages_of_custom_fields_promises_and_calendars(manager: User, client_of):
    numbers = count()

    def grow(more: int) -> None:
        for n in (next(numbers) for _ in range(more // 10)):
            field = CustomField.objects.create(label=f"Field {n}", key=f"f_{n}")
            field.categories.add(make_category(f"Of field {n}"))
            calendar = make_calendar(f"Calendar {n}")
            policy = make_policy(f"Policy {n}", calendar=calendar)
            policy.categories.add(make_category(f"Of policy {n}"))

    client = client_of(manager)
    for url in ["/ticket-fields/", "/promises/", "/calendars/"]:
        assert growth(client, url, grow) == 0


def test_rules_that_name_all_kinds_of_rows(manager: User, client_of):
    numbers = count()

    def grow(more: int) -> None:
        for n in (next(numbers) for _ in range(more // 10)):
            field = CustomField.objects.create(label=f"Field {n}", key=f"r_{n}")
            colleague = make_technician()
            deeds = {
                "category": str(make_category(f"Of rule {n}").pk),
                "team": str(make_team(f"Of rule {n}").pk),
                "assign": str(colleague.pk),
                "tags_on": [str(Tag.objects.create(name=f"On {n}").pk)],
                "tags_off": [str(Tag.objects.create(name=f"Off {n}").pk)],
                "fields": {field.key: "x"},
                "tell": {"who": ["team", str(colleague.user_id)], "words": ""},
            }
            make_rule(f"Rule {n}", deeds=deeds, conditions={"team": [deeds["team"]]})

    client = client_of(manager)
    for url in ["/rules/", "/rules/log/"]:
        assert growth(client, url, grow) == 0


def test_articles_and_where_they_are_found(agent: User, carol: User, acme, device, client_of):
    ticket, numbers = make_ticket(acme, device=device, subject="Paper jam"), count()

    def grow(more: int) -> None:
        for n in (next(numbers) for _ in range(more // 10)):
            make_article(f"Paper jam {n}", products=[make_product()], shelf=f"Shelf {n}")

    desk, portal = client_of(agent), client_of(carol)
    for url in ["/articles/", "/articles/categories/", f"/tickets/{ticket.pk}/articles/",
                f"/tickets/{ticket.pk}/articles/?q=jam", f"/tickets/{ticket.pk}/similar/",
                "/search/palette/?q=jam", "/search/?q=jam"]:  # fmt: skip
        assert growth(desk, url, grow) == 0
    for url in ["/help/", "/help/?q=jam", "/portal/tickets/new/articles/?subject=paper+jam"]:
        assert growth(portal, url, grow) == 0


def test_the_queue_with_saved_views(agent: User, acme, client_of):
    team, numbers = make_team("Hers", agent), count()
    make_ticket(acme)

    def grow(more: int) -> None:
        for n in (next(numbers) for _ in range(more // 10)):
            SavedView.objects.create(owner=agent, team=team, name=f"View {n}", query={"q": ["x"]})

    assert growth(client_of(agent), "/tickets/", grow) == 0
