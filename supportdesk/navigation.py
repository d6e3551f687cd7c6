"""The menu of the desk: one list. Each entry is shown to the roles that may open its page."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DESK = frozenset({"agent", "manager", "admin"})
LEADERS = frozenset({"manager", "admin"})
STAFF = DESK | {"technician", "sales"}


@dataclass(frozen=True)
class Entry:
    """One line of the menu.

    page: url name. roles: who sees it. key: pressed after "g" to go there.
    badge: url name of a fragment that answers with a number, "" for none.
    """

    label: str | Promise
    icon: str
    page: str
    roles: frozenset[str]
    key: str = ""
    badge: str = ""


@dataclass(frozen=True)
class Item:
    """An entry as the template needs it: with its address and whether the reader is there."""

    entry: Entry
    url: str
    badge_url: str
    current: bool


class Menu(list[Item]):
    """The lines a person gets. key: text that is the same for the same lines at the same place."""

    @property
    def key(self) -> str:
        return " ".join(f"{item.url}{'*' if item.current else ''}" for item in self)


STAFF_MENU = (
    Entry(_("Tickets"), "inbox", "tickets:index", STAFF, "t"),
    Entry(_("My jobs"), "calendar-event", "tickets:field_today", frozenset({"technician"}), "j"),
    Entry(_("Customers"), "building", "customers:index", STAFF, "c"),
    Entry(_("Devices"), "devices", "devices:index", STAFF, "d"),
    Entry(_("Technicians"), "tool", "technicians:index", DESK, "p"),
    Entry(_("Work logs"), "clipboard-list", "servicelogs:index", DESK | {"technician"}, "w"),
    Entry(_("Knowledge base"), "book-2", "knowledgebase:index", STAFF, "b"),
    Entry(_("Replies and macros"), "message-bolt", "tickets:canned", STAFF, "r"),
    Entry(_("People"), "users", "accounts:people", LEADERS, "u"),
    Entry(_("Incoming mail"), "mail", "mailbox:index", DESK, "i", "mailbox:waiting_count"),
    Entry(_("Incoming SMS"), "message-circle", "mailbox:sms", DESK),
    Entry(_("Outbox"), "send", "notifications:outbox", LEADERS, "o", "notifications:outbox_count"),
    Entry(_("Message texts"), "signature", "notifications:texts", LEADERS),
    Entry(_("Calendars"), "calendar", "calendars:index", LEADERS, "k"),
    Entry(_("Promises"), "hourglass-high", "tickets:policies", LEADERS),
    Entry(_("Ticket fields"), "list-details", "tickets:custom_fields", LEADERS),
    Entry(_("Rules"), "route", "tickets:rules", LEADERS),
    Entry(_("Who is told"), "bell", "notifications:rules", LEADERS),
    Entry(_("Settings"), "settings", "tickets:settings", LEADERS, "s"),
    Entry(_("Administration"), "database", "admin:index", frozenset({"admin"})),
)
PORTAL_MENU = (
    Entry(_("Home"), "home", "tickets:portal_home", frozenset({"customer"})),
    Entry(_("Tickets"), "ticket", "tickets:portal_index", frozenset({"customer"})),
    Entry(_("Devices"), "devices", "devices:portal_index", frozenset({"customer"})),
    Entry(_("Help"), "help", "knowledgebase:portal_index", frozenset({"customer"})),
)
FIELD_MENU = (
    Entry(_("Today"), "calendar-event", "tickets:field_today", STAFF),
    Entry(_("Devices"), "devices", "devices:index", STAFF),
    Entry(_("Me"), "user-circle", "accounts:profile", STAFF),
)


def menu_for(request: HttpRequest, entries: tuple[Entry, ...]) -> Menu:
    """The entries this person may open. An app that is not installed has no line."""
    roles: frozenset[str] = getattr(request.user, "role_names", frozenset())
    items = Menu()
    for entry in entries:
        if entry.roles.isdisjoint(roles):
            continue
        url, badge_url = _url(entry.page), _url(entry.badge)
        if url:
            items.append(Item(entry, url, badge_url, _is_here(request.path, url)))
    return items


@lru_cache(maxsize=256)
def _url(page: str) -> str:
    """Address of a page, "" when there is none. Every answer asks for all of the menu."""
    try:
        return reverse(page) if page else ""
    except NoReverseMatch:
        return ""


def _is_here(path: str, url: str) -> bool:
    """Whether the page belongs under this entry: its own address, or a page below it."""
    return path == url or (url not in {"/", "/portal/"} and path.startswith(url))
