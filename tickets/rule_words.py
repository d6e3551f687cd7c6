"""Rules in words, for the pages that show them."""

from copy import copy
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from core.templatetags.ui import chosen_words
from tickets.filters import Choices, TicketFilter
from tickets.models import AutomationRule, Ticket, Trigger
from tickets.rule_conditions import EXTRA
from tickets.rule_deed import Deed, DeedRefused
from tickets.rule_deeds import DEEDS, SetCategory


def when_words(rule: AutomationRule) -> str:
    """What it waits for."""
    if rule.trigger != Trigger.TIME:
        return str(Trigger(rule.trigger).label)
    minutes = rule.every_minutes or 0
    words = ngettext("Every minute", "Every %(count)s minutes", minutes)
    return words % {"count": minutes}


def condition_words(rule: AutomationRule, known: dict[str, Choices]) -> list[str]:
    """Each of its conditions. known: what tickets.filters.options() answered."""
    data = QueryDict(mutable=True)
    for name, values in rule.conditions.items():
        if name not in EXTRA:
            data.setlist(name, values)
    form = TicketFilter(data, queryset=Ticket.objects.none(), known=known).form
    words = []
    for name, values in rule.conditions.items():
        if name in EXTRA:
            words.append(EXTRA[name].words(values))
        elif name in form.fields:
            chosen = chosen_words(form[name]) or [gettext("something that is gone")]
            words.append(f"{form[name].label}: {', '.join(str(word) for word in chosen)}")
        else:
            words.append(gettext("a condition nobody knows any more"))
    return words


def would_words(rule: AutomationRule, tickets: list[Ticket]) -> dict[int, str]:
    """Ticket -> what the rule would do to it as it stands now. Targets are looked up once."""
    targets: list[tuple[Deed, Any]] = []
    for key, deed in DEEDS.items():
        if key in rule.deeds:
            try:
                targets.append((deed, deed.target(rule.deeds[key])))
            except DeedRefused as error:
                return {ticket.pk: str(error.message) for ticket in tickets}
    nothing = gettext("Nothing: it is so already")
    return {ticket.pk: "; ".join(_would(targets, ticket)) or nothing for ticket in tickets}


def _would(targets: list[tuple[Deed, Any]], ticket: Ticket) -> list[str]:
    """What they do to this ticket; only why, when one of them would stop the whole rule."""
    words, then = [], copy(ticket)
    for deed, target in targets:
        if not deed.changes(then, target):
            continue
        if why := deed.hindrance(then, target):
            return [gettext("It would stop: %(why)s") % {"why": why}]
        words.append(deed.words(target))
        if isinstance(deed, SetCategory):  # it decides which fields there are
            then.category_id = target.pk
    return words
