"""A small world with one of everything, for tests that walk over all pages."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from calendars.models import Calendar
from core.models import Heartbeat
from mailbox.actions import receive
from servicelogs.actions import log_work
from tests.factories.articles import make_article
from tests.factories.files import picture
from tests.factories.mails import make_mail, make_mailbox, make_sms
from tests.factories.people import (
    make_customer,
    make_portal_user,
    make_team,
    make_technician,
    make_user,
)
from tests.factories.promises import make_policy
from tests.factories.rules import make_rule
from tests.factories.texts import make_canned, make_macro
from tests.factories.wordings import make_wording
from tests.factories.work import make_category, make_device, make_ticket
from tickets.actions import NewReply, add_note, add_reply, send_reply
from tickets.actions.links import add_link
from tickets.models import CustomField, SavedView

# Order of the columns in access_table.py. owner: a customer's own person; other: another's.
ROLES = ["anonymous", "owner", "other", "agent", "technician", "stranger", "sales", "manager", "admin"]  # fmt: skip # noqa: E501


@dataclass
class World:
    """People by role and the objects urls point at."""

    people: dict[str, User]
    objects: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser signed in as the role."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role], backend="accounts.backends.Backend")
        return client

    def url(self, name: str, pattern: URLPattern) -> str:
        """The url of a pattern, with keys of objects that exist."""
        kwargs = {key: self._value(name, key) for key in pattern.pattern.converters} | {
            key: "x"
            for key in pattern.pattern.regex.groupindex
            if key not in pattern.pattern.converters
        }
        return reverse(name, kwargs=kwargs)

    def _value(self, name: str, key: str) -> Any:
        """The object of `<app>:<page>` by the most specific name, else by app."""
        app = name.split(":")[0]
        found = self.objects.get(f"{name}.{key}", self.objects.get(name, self.objects.get(app)))
        if key in {"uuid", "code", "label_code"}:
            return self.objects["devices"].label_code
        if key in {"token", "key"}:
            return "0" * 43
        if name == "tickets:field" and key == "name":
            return "priority"
        if key == "view":
            return "mine"
        return getattr(found, "pk", found)


def make_world() -> World:
    """Acme with its person, device and ticket; technician has the ticket, stranger has not."""
    Heartbeat.objects.create(name="worker", seen_at=timezone.now())
    acme, globex = make_customer("Acme"), make_customer("Globex")
    people = {
        "owner": make_portal_user(acme, name="Olive Owner"),
        "other": make_portal_user(globex, name="Otto Other"),
        "agent": make_user(Role.AGENT, name="Erin"),
        "technician": make_user(Role.TECHNICIAN, name="Alice"),
        "stranger": make_user(Role.TECHNICIAN, name="Bob"),
        "sales": make_user(Role.SALES, name="Sam"),
        "manager": make_user(Role.MANAGER, name="Mia"),
        "admin": make_user(Role.ADMIN, name="Ada"),
    }
    technician = make_technician(user=people["technician"], skills={"Printers": 4})
    make_technician(user=people["stranger"])
    make_team("Print and imaging", people["agent"])
    device = make_device(acme)
    ticket = make_ticket(
        acme,
        requester=acme.contacts.get(),
        device=device,
        category=make_category("Printing"),
        technician=technician,
        actor=people["agent"],
        files=[picture()],
    )
    said = add_reply(ticket, "Which tray?", actor=people["agent"])
    add_note(ticket, "Third time.", actor=people["agent"])
    linked = add_link(ticket, make_ticket(globex), "related", actor=people["agent"])
    log = log_work(
        ticket,
        kind="remote",
        done="Looked at it.",
        minutes=10,
        actor=people["technician"],
        technician=technician,
        files=[picture()],
    )
    leaving = send_reply(ticket, NewReply("On my way out."), actor=people["agent"])
    view = SavedView.objects.create(owner=people["agent"], name="Hot", query={"priority": ["1"]})
    canned = make_canned("Greeting", "Hi {{ customer.first_name }}", owner=people["agent"])
    macro = make_macro(("note", "Greeted."), owner=people["agent"])
    policy = make_policy()
    asked = CustomField.objects.create(label="Room", key="room", is_public=True)
    rule = make_rule(deeds={"reply": "We have {{ ticket.number }}."}, is_enabled=False)
    article = make_article()
    wording = make_wording(people["admin"])
    text_pages = ("edit", "history", "preview", "reset", "restore", "try")
    objects = {
        "knowledgebase": article,
        "knowledgebase:category_edit": article.category,
        "tickets:article_insert.article": article,
        "knowledgebase:restore.number": 1,
        "knowledgebase:portal_detail.slug": article.slug,
        **{f"tickets:custom_field{page}": asked for page in ("", "_move")},
        **{f"tickets:rule{page}": rule for page in ("", "_move", "_delete", "_try", "_trial")},
        **{f"tickets:policy{page}": policy for page in ("", "_move", "_delete")},
        **{f"tickets:{page}": view for page in ("saved", "edit_view", "delete_view")},
        **{f"tickets:canned_{page}": canned for page in ("edit", "delete")},
        "tickets:canned_insert.canned": canned,
        **{f"tickets:macro_{page}": macro for page in ("edit", "delete")},
        **{f"tickets:macro_{page}.macro": macro for page in ("preview", "run")},
        "calendars": Calendar.objects.get(is_default=True),
        "calendars:day_delete": 0,
        "tickets:unlink.link_pk": linked,
        "tickets:decide_copy.proposed_pk": 1,
        "tickets:split.message_pk": said,
        "tickets:undo.message": leaving,
        "tickets:send.message": leaving,
        "customers": acme,
        "customers:contact_edit": acme.contacts.get(),
        "customers:contact_delete": acme.contacts.get(),
        "devices": device,
        "devices:product_edit": device.product,
        "devices:customer_panel": acme,
        "technicians": technician,
        "tickets": ticket,
        "tickets:attachment": ticket.files.get(),
        "tickets:portal_attachment": ticket.files.get(),
        "tickets:field_attachment": ticket.files.get(),
        "tickets:customer_panel": acme,
        "tickets:device_panel": device,
        "servicelogs": ticket,
        "servicelogs:device_panel": device,
        "servicelogs:correct": log,
        "servicelogs:attachment": log.files.get(),
        "accounts": people["agent"],
        "notifications": 0,
        **{f"notifications:text_{page}.kind": wording.kind for page in text_pages},
        **{f"notifications:text_{page}.language": wording.language for page in text_pages},
        "notifications:text_restore.number": 1,
        **dict.fromkeys(
            ["mailbox:sms_detail", "mailbox:sms_move", "mailbox:sms_again"], make_sms()
        ),
        "notifications:of_ticket": ticket,
        "mailbox:of_ticket": ticket,
        "mailbox": receive(make_mailbox(), make_mail(sender=people["owner"].email))[0],
    }
    return World(people, objects)
