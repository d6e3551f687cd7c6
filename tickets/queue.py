"""The queue: its named views, its columns, and the rows as its page shows them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.keyset import COUNT_LIMIT
from core.pages import Column
from tickets.models import Status, shown_status

Words = str | Promise
Narrow = Callable[[Any, Any], QuerySet]
NEW_ONES = _("New tickets from the portal and the phone appear here.")


@dataclass(frozen=True)
class View:
    """A named view everybody has. narrow: (visible tickets, user) -> those of the view.

    empty: what its page says when there are none.
    """

    slug: str
    label: Words
    icon: str
    narrow: Narrow
    is_alarm: bool = False
    empty: Words = NEW_ONES

    @property
    def pk(self) -> str:
        return self.slug


# Snoozed tickets are out of sight, but for those that are due: a promise is never hidden.
VIEWS: dict[str, View] = {
    view.slug: view
    for view in (
        View(
            "mine", _("Mine"), "user", lambda rows, user: rows.live().awake().mine(user),
            empty=_("Nothing is assigned to you."),
        ),
        View(
            "unassigned", _("Unassigned"), "user-question",
            lambda rows, user: rows.unassigned().awake(),
            empty=_("Every open ticket has somebody."),
        ),
        View(
            "team", _("My team"), "users-group",
            lambda rows, user: rows.live().awake().of_teams(user),
            empty=_("Your teams have no open tickets."),
        ),
        View(
            "overdue", _("Overdue"), "alert-triangle", lambda rows, user: rows.overdue(), True,
            empty=_("No promise is broken."),
        ),
        View(
            "today", _("Due today"), "hourglass-high", lambda rows, user: rows.due_today(),
            empty=_("Nothing more is due today."),
        ),
        View(
            "waiting", _("Waiting"), "message-question",
            lambda rows, user: rows.filter(status=Status.WAITING).awake(),
            empty=_("No ticket waits for its customer."),
        ),
        View("open", _("All open"), "stack-2", lambda rows, user: rows.live().awake()),
        View(
            "snoozed", _("Snoozed"), "clock-pause",
            lambda rows, user: rows.live().exclude(wakes_at=None),
            empty=_("A ticket that is put aside until a day waits here."),
        ),
        View(
            "resolved", _("Resolved"), "circle-check",
            lambda rows, user: rows.filter(status=Status.RESOLVED),
            empty=_("What is solved waits here until it is closed."),
        ),
        View("all", _("All"), "archive", lambda rows, user: rows),
    )
}  # fmt: skip
HOME = "open"
GROWING = {"resolved", "all"}
# Views whose number is worth its query: the others only grow.
COUNTED = [slug for slug in VIEWS if slug not in GROWING]

# Only columns of the ticket itself sort: an index over (column, key) holds each of them.
COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("reference", _("No."), "id", css="w-id"),
        Column("subject", _("Subject and customer"), export="subject"),
        Column("customer", _("Customer"), export="customer.name", css="w-dev"),
        Column("requester", _("Requester"), export="requester.name", css="w-dev"),
        Column("device", _("Device"), None, "device.serial", "w-dev"),
        Column("priority", _("Priority"), "priority", css="w-pri"),
        Column("status", _("Status"), None, css="w-st"),
        Column("due", _("Next due"), "due_order", "due_at", "w-sla"),
        Column("category", _("Category"), None, "category.name", "w-dev"),
        Column("team", _("Team"), None, "team.name", "w-as"),
        Column("technician", _("Assignee"), None, "technician.user.name", "w-as"),
        Column("opened", _("Opened"), "opened_at", "opened_at", "w-up num"),
        Column("updated", _("Updated"), "updated_at", "updated_at", "w-up num"),
    )
}
# Only in the file: on the page tags stand beside the subject.
TAGS = Column("tags", _("Tags"), None, "tag_names")
ALWAYS = ["reference", "subject"]
USUAL = [*ALWAYS, "device", "priority", "status", "due", "technician", "updated"]
CHOOSABLE = [key for key in COLUMNS if key not in ALWAYS]


def chosen_columns(keys: Iterable[str]) -> list[Column]:
    """Columns by their keys, in the order of COLUMNS; unknown ones are dropped, none is USUAL."""
    wanted = set(keys) & set(CHOOSABLE)
    shown = wanted | set(ALWAYS) if wanted else set(USUAL)
    return [column for key, column in COLUMNS.items() if key in shown]


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket as the queue shows it. Plain values are four times as fast as records."""

    pk: int
    subject: str
    status: str
    priority: int
    channel: str
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None
    due_order: datetime
    due_kind: str
    touched_at: datetime | None
    booking_id: int | None
    customer: str
    requester: str | None
    brand: str | None
    model: str | None
    serial: str | None
    category: str | None
    team: str | None
    technician: str | None
    tags: tuple[tuple[str, str], ...]  # (name, colour), by name

    @property
    def id(self) -> int:
        return self.pk

    @property
    def shown_status(self) -> str:
        return shown_status(
            self.status, is_touched=self.touched_at is not None, has_visit=bool(self.booking_id)
        )

    @property
    def is_paused(self) -> bool:
        """Whether no clock runs because somebody else is to move."""
        return self.due_at is None and self.status in {Status.WAITING, Status.ON_HOLD}


_OWN = ("pk", "subject", "status", "priority", "channel", "opened_at", "updated_at",
        "due_at", "due_order", "due_kind", "touched_at", "booking_id")  # fmt: skip
_TAGS = len(_OWN)  # where the keys of the tags stand in a row that was read
_KEYS = ("customer_id", "requester_id", "device_id", "category_id", "team_id", "technician_id")
# What each key stands for, with the parts of Row it gives, in their order.
_NAMES = {
    "customer_id": "SELECT 0, id, ARRAY[name] FROM customers_customer WHERE id = ANY(%s)",
    "requester_id": "SELECT 1, id, ARRAY[name] FROM customers_contact WHERE id = ANY(%s)",
    "device_id": "SELECT 2, d.id, ARRAY[p.brand, p.model, d.serial] FROM devices_device d"
    " JOIN devices_product p ON p.id = d.product_id WHERE d.id = ANY(%s)",
    "category_id": "SELECT 3, id, ARRAY[name] FROM tickets_category WHERE id = ANY(%s)",
    "team_id": "SELECT 4, id, ARRAY[name] FROM accounts_team WHERE id = ANY(%s)",
    "technician_id": "SELECT 5, t.id, ARRAY[u.name] FROM technicians_technician t"
    " JOIN accounts_user u ON u.id = t.user_id WHERE t.id = ANY(%s)",
    "tag_ids": "SELECT 6, id, ARRAY[name, colour] FROM tickets_tag WHERE id = ANY(%s)",
}
_TAG = 6  # the number of tags in _NAMES
_NOTHING = {"device_id": [None, None, None]}
# Columns that may be left out, and the key they need; not looked up while they are not shown.
_OPTIONAL = {"device": "device_id", "category": "category_id", "team": "team_id",
             "technician": "technician_id"}  # fmt: skip


def rows_of(tickets: QuerySet, columns: Sequence[Column]) -> "RowSet":
    """The tickets as Rows for these columns, still to be ordered and sliced."""
    return RowSet(tickets, {column.key for column in columns})


class RowSet:
    """A queryset of tickets that comes out as Rows: filter, order_by, slice, iterate.

    Two statements: the tickets alone, then the names of what they point at. Joined in one,
    PostgreSQL spends ten times as long on planning eight tables as on reading the rows.
    """

    def __init__(self, tickets: QuerySet, shown: set[str]) -> None:
        self.tickets = tickets
        self.model = tickets.model
        self.shown = shown

    def filter(self, *args: Any, **kwargs: Any) -> "RowSet":
        return RowSet(self.tickets.filter(*args, **kwargs), self.shown)

    def order_by(self, *fields: str) -> "RowSet":
        return RowSet(self.tickets.order_by(*fields), self.shown)

    def __getitem__(self, part: slice) -> list[Row]:
        found = list(self.tickets.values_list(*_OWN, "tag_ids", *_KEYS)[part])
        left_out = {key for column, key in _OPTIONAL.items() if column not in self.shown}
        names = _names(found, [key for key in _KEYS if key not in left_out])
        return [self._row(values, names) for values in found]

    def _row(self, values: Sequence[Any], names: dict[tuple[int, int], list[str]]) -> Row:
        parts = list(values[: len(_OWN)])
        for number, key in enumerate(values[_TAGS + 1 :]):
            parts += names.get((number, key)) or _NOTHING.get(_KEYS[number], [None])
        held = [names[_TAG, key] for key in values[_TAGS] if (_TAG, key) in names]
        tags = sorted(((name, colour) for name, colour in held), key=lambda tag: tag[0].lower())
        return Row(*parts, tuple(tags))


def _names(found: Sequence[Sequence[Any]], wanted: list[str]) -> dict[tuple[int, int], list[str]]:
    """(number of the key in _KEYS, its value) -> names, of all these rows in one statement."""
    if not found:
        return {}
    keys = {name: {row[_TAGS + 1 + _KEYS.index(name)] for row in found} for name in wanted}
    keys["tag_ids"] = {key for row in found for key in row[_TAGS]}
    used = [(name, list(values - {None})) for name, values in keys.items() if values - {None}]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(_NAMES[name] for name, _values in used),
            [values for _name, values in used],
        )
        return {(number, key): names for number, key, names in cursor.fetchall()}


def counts(narrowed: dict[str, QuerySet]) -> dict[str, int]:
    """How many tickets each of the querysets holds, each counted no further than the limit + 1.

    One round trip for all of them.
    """
    if not narrowed:
        return {}
    parts, values = [], []
    for rows in narrowed.values():
        limited = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
        try:
            sql, more = limited.query.sql_with_params()
        except EmptyResultSet:  # a person without a team, a filter that contradicts itself
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608 (values stay apart)
        values.extend(more)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(narrowed, cursor.fetchone(), strict=True))
