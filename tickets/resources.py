"""Tickets as rows of a file, for the import pages of the administration."""

import zoneinfo
from typing import Any

from django.conf import settings

from core.importadmin import RowResource
from core.imports import Outcome, Row
from tickets.importer import COLUMNS, Reading, store_row
from tickets.models import Ticket


class TicketResource(RowResource):
    """Days come first in dates; times without a zone are the desk's."""

    columns = COLUMNS
    previewed = (
        "external_id",
        "opened_at",
        "requester_name",
        "requester",
        "subject",
        "description",
    )

    class Meta:
        model = Ticket
        import_id_fields = ("external_id",)
        report_skipped = True

    def store(self, row: Row, *, actor: Any) -> Outcome:
        reading = Reading(zone=zoneinfo.ZoneInfo(settings.TIME_ZONE))
        return store_row(row, reading=reading, actor=actor)
