"""What of a ticket matched, with the words marked; only for the rows that are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.safestring import SafeString

from core.highlights import JOIN, START, STOP, marked
from tickets.search_query import column_of
from tickets.search_words import Query

READ = 10_000  # characters of one text
# Cut at punctuation as the index is, but so that it can be put together again.
_CUT = rf"regexp_replace(%s, '([^\s\w]|_)(?=\S)', '\1{JOIN} ', 'g')"  # noqa: RUF100
_SQL = """
WITH q AS (SELECT to_tsquery('desk_words', %(any)s) || to_tsquery('desk_plain', %(any)s) AS words)
SELECT t.id, ts_headline('desk_words', {subject}, q.words, %(whole)s),
       CASE WHEN best.id IS NULL THEN '' ELSE
           ts_headline('desk_words', {text}, q.words, %(part)s) END,
       best.is_note
FROM tickets_ticket t CROSS JOIN q LEFT JOIN LATERAL (
    SELECT source.* FROM (
        SELECT 0 AS id, t.description AS text, false AS is_note
        UNION ALL SELECT -1, t.resolution, false
        UNION ALL (SELECT m.id, m.body, m.kind = 'note' FROM tickets_message m
                   WHERE m.ticket_id = t.id AND (%(notes)s OR m.kind = 'reply')
                   ORDER BY m.id DESC LIMIT 40)
    ) source
    CROSS JOIN LATERAL (
        SELECT to_tsvector('desk_words', desk_split(left(source.text, {read}))) AS words
        OFFSET 0 -- else it is made once for finding and once more for ranking
    ) v
    WHERE v.words @@ q.words ORDER BY ts_rank(v.words, q.words) DESC, source.id LIMIT 1
) best ON true
WHERE t.id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class Snippet:
    """subject, text: safe HTML with <mark>; text is "" when only the subject or a name matched."""

    subject: SafeString
    text: SafeString
    is_note: bool


def snippets(keys: Sequence[int], query: Query, reader: Any) -> dict[int, Snippet]:
    """Ticket -> what to show of it; one query. keys: tickets the reader may see, one page."""
    wanted = query.wanted
    if not keys or not wanted:
        return {}
    values: dict[str, Any] = {
        "any": " | ".join(f"({term.raw})" for term in wanted),
        "whole": f"StartSel={START}, StopSel={STOP}, HighlightAll=true",
        "part": f"StartSel={START}, StopSel={STOP}, MaxWords=32, MinWords=16, MaxFragments=2, "
        'FragmentDelimiter=" … "',
        "notes": column_of(reader) == "staff",
        "ids": list(keys),
    }
    sql = _SQL.format(
        subject=_CUT.replace("%s", "t.subject"),
        text=_CUT.replace("%s", f"left(best.text, {READ})"),
        read=READ,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {
            key: Snippet(marked(subject), marked(text), bool(is_note))
            for key, subject, text, is_note in cursor.fetchall()
        }
