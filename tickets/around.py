"""What there is around a ticket: most have none of it, and then nothing more is read."""

from dataclasses import dataclass

from django.db import connection

from tickets.models import Ticket

# Written out: putting these nine parts together costs the ORM six times what PostgreSQL needs.
AROUND = """
SELECT
    (SELECT id FROM tickets_message WHERE ticket_id = t.id
     ORDER BY id DESC LIMIT 1),
    (SELECT id FROM core_eventrecord WHERE subject_type = 'tickets.ticket' AND subject_id = t.id
     ORDER BY id DESC LIMIT 1),
    ARRAY(SELECT email FROM tickets_ticketcopy WHERE ticket_id = t.id ORDER BY id),
    EXISTS (SELECT FROM tickets_message WHERE ticket_id = t.id AND kind = 'out'),
    EXISTS (SELECT FROM tickets_ticketfile WHERE ticket_id = t.id),
    EXISTS (SELECT FROM tickets_ticket WHERE follows_id = t.id)
        OR EXISTS (SELECT FROM tickets_ticket WHERE merged_into_id = t.id)
FROM tickets_ticket t WHERE t.id = %s
"""


@dataclass(frozen=True)
class Known:
    """newest: key of the newest message, note or not, being sent or not; last_event: of the newest
    event. Both 0 without any. copies: addresses in Cc. is_sending: a reply is on its way or held.
    has_files: of the report or of a message. has_relatives: a ticket follows this one, or was
    merged into it. Events of a ticket are written under its lock, so their keys are in the order
    of the commits.
    """

    newest: int
    last_event: int
    copies: list[str]
    is_sending: bool
    has_files: bool
    has_relatives: bool


def what_is_known(ticket: Ticket) -> Known:
    """One query. A page asks before it reads the conversation: a word between was not seen."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, [ticket.pk])
        newest, last_event, *others = cursor.fetchone()
    return Known(newest or 0, last_event or 0, *others)
