"""Which tickets a person may see, and the named views of the queue."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from technicians.models import Technician


def end_of_day(now: datetime) -> datetime:
    """The midnight after `now` in the reader's zone."""
    here = timezone.localtime(now)
    midnight = datetime.combine(here.date() + timedelta(days=1), time.min)
    return timezone.make_aware(midnight, here.tzinfo)


def has_tag(tag_ids: Iterable[int]) -> Q:
    """At least one of these tags. The second half is what the index is limited to."""
    return Q(tag_ids__overlap=list(tag_ids)) & ~Q(tag_ids=[])


# Nobody is written to about what was resolved so long before it could be warned of: tickets that
# came from another system, or a desk whose worker stood still. They just close.
LONG_QUIET = timedelta(days=30)
# A warning counts for the silence it was given in. (PostgreSQL's GREATEST leaves out NULL.)
IS_WARNED = Q(
    close_warned_at__isnull=False,
    close_warned_at__gte=Greatest("resolved_at", "last_customer_at", "last_staff_at"),
)


def _quiet_since(limit: datetime) -> Q:
    """Resolved, and no word of either side after `limit`."""
    return Q(
        Q(last_customer_at=None) | Q(last_customer_at__lte=limit),
        Q(last_staff_at=None) | Q(last_staff_at__lte=limit),
        status="resolved",
        resolved_at__lte=limit,
    )


class TicketQuerySet(models.QuerySet):
    """Named filters over tickets."""

    def visible_to(self, user: Any) -> "TicketQuerySet":
        """Desk and sales: all. Technician: own and the team's. Customer: of their customers."""
        if not user.is_active:
            return self.none()
        if user.is_desk or user.is_sales:
            return self
        if user.is_technician:
            return self.filter(Q(technician__user=user) | Q(team__in=user.teams.values("pk")))
        if user.is_customer:
            return self.filter(customer__contacts__user=user)
        return self.none()

    def live(self) -> "TicketQuerySet":
        """Neither resolved nor closed."""
        return self.filter(status__in=["open", "in_progress", "waiting", "on_hold"])

    def mine(self, user: Any) -> "TicketQuerySet":
        """By one key, which an index answers in the queue's order; a join it would not."""
        own = Technician.objects.filter(user=user)
        return self.filter(technician=Subquery(own.values("pk")[:1]))

    def of_teams(self, user: Any) -> "TicketQuerySet":
        return self.filter(team__in=user.team_keys)

    def overdue(self, *, now: datetime | None = None) -> "TicketQuerySet":
        """A promise ran out. Compared here and now, never a stored flag (SEMANTICS section 3)."""
        return self.live().filter(due_order__lte=now or timezone.now())

    def due_today(self, *, now: datetime | None = None) -> "TicketQuerySet":
        """Due between now and midnight in the reader's zone."""
        now = now or timezone.now()
        return self.live().filter(due_order__gt=now, due_order__lt=end_of_day(now))

    def unassigned(self) -> "TicketQuerySet":
        return self.live().filter(technician=None)

    def to_close(
        self, *, days: int, warning_days: int, now: datetime | None = None
    ) -> "TicketQuerySet":
        """Resolved, no word for `days` days, and the customer warned `warning_days` ago."""
        now = now or timezone.now()
        due = self.filter(_quiet_since(now - timedelta(days=days)))
        if not warning_days:
            return due
        in_time = IS_WARNED & Q(close_warned_at__lte=now - timedelta(days=warning_days))
        return due.filter(in_time | _quiet_since(now - timedelta(days=days) - LONG_QUIET))

    def to_warn(
        self, *, days: int, warning_days: int, now: datetime | None = None
    ) -> "TicketQuerySet":
        """Resolved, no word until only `warning_days` are left, and not warned of it yet."""
        now = now or timezone.now()
        due = self.filter(_quiet_since(now - timedelta(days=days - warning_days)), ~IS_WARNED)
        return due.exclude(_quiet_since(now - timedelta(days=days) - LONG_QUIET))

    def awake(self) -> "TicketQuerySet":
        """Not snoozed."""
        return self.filter(wakes_at=None)

    def to_wake(self, *, now: datetime | None = None) -> "TicketQuerySet":
        """Snoozed until a moment that has come."""
        return self.filter(wakes_at__lte=now or timezone.now())

    def with_row(self) -> "TicketQuerySet":
        """Everything one row of a list shows, in one query."""
        return self.select_related(
            "customer", "requester", "device__product", "technician__user", "category", "booking"
        )

    def with_tags(self, tag_ids: Iterable[int]) -> "TicketQuerySet":
        """Tickets with at least one of these tags."""
        return self.filter(has_tag(tag_ids))

    def with_tag_names(self) -> "TicketQuerySet":
        """Add tag_names: "printer, vpn"; for files, which read many rows."""
        named = (
            "(SELECT string_agg(name, ', ' ORDER BY lower(name)) FROM tickets_tag"
            " WHERE id = ANY(%(expressions)s))"
        )
        names = Func("tag_ids", template=named, output_field=TextField())
        return self.annotate(tag_names=names)

    def search(self, words: str, *, reader: Any = None) -> "TicketQuerySet":
        """What matches a search (tickets.search_words says how it is read).

        reader: whose rights; without one only what customers may read is searched.
        """
        from tickets.search_query import narrow, only_allowed
        from tickets.search_words import parse

        return narrow(self, only_allowed(parse(words), reader), reader)


class MessageQuerySet(models.QuerySet):
    """Named filters over messages."""

    def visible_to(self, user: Any) -> "MessageQuerySet":
        """Messages of visible tickets; customers never see a note."""
        from tickets.models import Ticket

        found = self.filter(ticket__in=Ticket.objects.visible_to(user))
        return found if user.is_staff_member else found.filter(kind="reply")


class SavedViewQuerySet(models.QuerySet):
    """Views people keep."""

    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """One's own, and those shared with a team one is in; each once."""
        if not user.is_active or not user.is_staff_member:
            return self.none()
        return self.filter(Q(owner=user) | Q(team__in=user.teams.values("pk")))


class DraftQuerySet(models.QuerySet):
    """What people typed and did not send."""

    def visible_to(self, user: Any) -> "DraftQuerySet":
        """One's own, on tickets one still sees."""
        from tickets.models import Ticket

        return self.filter(user=user, ticket__in=Ticket.objects.visible_to(user))


class OutgoingQuerySet(models.QuerySet):
    """Replies on their way out."""

    def unsent(self) -> "OutgoingQuerySet":
        return self.filter(released_at=None)

    def due(self, *, now: datetime | None = None) -> "OutgoingQuerySet":
        """Their time has come, and nothing holds them."""
        return self.unsent().filter(held_at=None, release_at__lte=now or timezone.now())


class TagQuerySet(models.QuerySet):
    """Tags."""

    def visible_to(self, user: Any) -> "TagQuerySet":
        """All of them, for the staff."""
        return self if user.is_active and user.is_staff_member else self.none()

    def named(self, name: str) -> "TagQuerySet":
        """The tag of this name, whatever its case: one or none."""
        return self.annotate(lower_name=Lower("name")).filter(lower_name=Lower(Value(name)))

    def matching(self, words: str) -> "TagQuerySet":
        """Tags with these letters, those that begin with them first."""
        begins = Case(When(name__istartswith=words, then=0), default=1)
        return self.filter(name__has=words).order_by(begins, Lower("name"))


class CustomFieldQuerySet(models.QuerySet):
    """Fields managers added to tickets."""

    def visible_to(self, user: Any) -> "CustomFieldQuerySet":
        """All of them for the staff; for customers those they may see."""
        if not user.is_active:
            return self.none()
        return self if user.is_staff_member else self.filter(is_public=True)

    def of_category(self, category_id: int | None) -> "CustomFieldQuerySet":
        """In use, for tickets of this category: those of every category among them."""
        of_all = ~Exists(self.model.categories.through.objects.filter(customfield=OuterRef("pk")))
        if category_id is None:
            return self.filter(of_all, is_active=True)
        mine = self.model.categories.through.objects.filter(
            customfield=OuterRef("pk"), category=category_id
        )
        return self.filter(of_all | Exists(mine), is_active=True)
