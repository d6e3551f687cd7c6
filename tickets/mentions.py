"""@Names in a note: who is meant, who may be, and how the text shows them."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from accounts.roles import Role
from core.richtext import render_plain
from tickets.models import Ticket

MOST = 10  # people one note may name
MOST_WORDS = 8  # of a name; "Ann-Marie O'Neil" has four
# Not inside a word: office@acme.test names nobody.
AT = re.compile(r"(?<![\w@.])@(?=\w)")


def readers(ticket: Ticket) -> QuerySet:
    """The staff who may see the ticket: TicketQuerySet.visible_to, seen from the other side."""
    everywhere = Q(groups__name__in=[Role.AGENT, Role.MANAGER, Role.ADMIN, Role.SALES])
    involved = Q(technician__tickets=ticket.pk)
    if ticket.team_id:
        involved |= Q(teams=ticket.team_id)
    staff = User.objects.active().filter(everywhere | (Q(groups__name=Role.TECHNICIAN) & involved))
    return User.objects.filter(pk__in=staff.values("pk"))


def named_in(text: str) -> dict[str, list[User]]:
    """Name as written -> active staff of that name; the longest name that anybody has counts."""
    places = [match.end() for match in AT.finditer(text)][: MOST * 5]
    wanted = [_beginnings(text[at : at + 200]) for at in places]
    keys = {part.lower() for parts in wanted for part in parts}
    if not keys:
        return {}
    people: dict[str, list[User]] = {}
    staff = User.objects.active().staff_members().annotate(key=Lower("name"))
    for user in staff.filter(key__in=keys):
        people.setdefault(user.name.lower(), []).append(user)
    found = (next((part for part in parts if part.lower() in people), None) for parts in wanted)
    return {part: people[part.lower()] for part in found if part}


def _beginnings(text: str) -> list[str]:
    """What may be a name at the beginning of the text, the longest first."""
    line = text.split("\n", 1)[0]
    ends = [match.end() for match in re.finditer(r"\w+\.?", line)][:MOST_WORDS]
    parts = []
    for end in reversed(ends):
        parts += [line[:end], line[:end].rstrip(".")]  # "Ann Lee Jr." and the end of a sentence
    return list(dict.fromkeys(parts))


def with_chips(text: str, names: Iterable[str]) -> SafeString:
    """Plain text as HTML, the names marked. Nothing in text or names is markup."""
    html = str(render_plain(text))
    found = sorted({f"@{escape(name)}" for name in names}, key=len, reverse=True)
    if not found:
        return mark_safe(html)
    # Only between tags: an address that holds a name stays whole.
    pattern = re.compile(r"(<[^>]*>)|(" + "|".join(map(re.escape, found)) + r")(?!\w)")
    return mark_safe(pattern.sub(lambda m: m[1] or f'<span class="mention">{m[2]}</span>', html))


def suggestions(ticket: Ticket, words: str, *, but: Any, limit: int = 8) -> list[User]:
    """Colleagues whose name has a word that begins with what is typed, by name."""
    rows = readers(ticket).exclude(pk=but.pk).order_by("name", "pk")
    typed = words.strip()[:60]
    if typed:
        rows = rows.filter(Q(name__istartswith=typed) | Q(name__has=f" {typed}"))
    return list(rows[:limit])
