"""What search keeps of its own: derived data, so no event."""

from django.db import connection, transaction

from tickets.models import SearchText, Ticket

VOCABULARY_FROM = 20_000  # the newest tickets
BATCH = 1_000
# Words of subjects and descriptions only: those a customer wrote, and never those of a note.
_WORDS = """
INSERT INTO tickets_searchword (word, tickets)
SELECT word, ndoc FROM ts_stat($$
    SELECT to_tsvector('desk_plain', desk_split(subject || ' ' || left(description, 2000)))
    FROM tickets_ticket ORDER BY id DESC LIMIT {limit}
$$)
WHERE length(word) BETWEEN 3 AND 30 AND word !~ '[0-9]'
"""


@transaction.atomic
def refresh_vocabulary() -> int:
    """Take the words of the newest tickets anew; returns how many. Two at once: one waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets.vocabulary'))")
        cursor.execute("DELETE FROM tickets_searchword")
        cursor.execute(_WORDS.format(limit=VOCABULARY_FROM))
        return int(cursor.rowcount)


def reindex_tickets() -> int:
    """Write the words of every ticket anew, after rows were loaded past the triggers."""
    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        with transaction.atomic(), connection.cursor() as cursor:
            SearchText.objects.bulk_create(
                [SearchText(ticket_id=key, public="", staff="") for key in part],
                ignore_conflicts=True,
            )
            cursor.execute("SELECT ticket_search_rebuild(%s)", [part])
    return len(keys)
