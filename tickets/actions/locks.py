"""Locks several actions take, always in the same order: links first, then tickets by number."""

from collections.abc import Iterable

from django.db import connection

from tickets.models import Ticket


def links_one_at_a_time() -> None:
    """Three people who link three pairs at once would close a ring none of them sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets.links'))")


def lock_all(tickets: Iterable[Ticket]) -> dict[int, Ticket]:
    """The tickets as they stand now, locked by number, so that no two wait for each other."""
    keys = {ticket.pk for ticket in tickets}
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("customer", "requester")
    return {ticket.pk: ticket for ticket in rows.filter(pk__in=keys).order_by("pk")}
