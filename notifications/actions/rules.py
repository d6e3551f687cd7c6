"""Who is told of what, and by which channels."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import RuleError
from core.events import record
from notifications.events import RuleChanged
from notifications.matrix import EVENTS, channels_for, default_of
from notifications.models import Audience, Rule


class NotOffered(RuleError):
    """There are no words for it, or it is nothing for these people."""

    message = _("These people cannot be told of this.")


class WrongChannel(RuleError):
    """This audience is not told by this channel."""

    message = _("These people cannot be told by this channel.")


@transaction.atomic
def set_rule(event: str, audience: str, channels: Collection[str] | None, *, actor: User) -> Rule:
    """Choose all channels by which an audience is told of an event; none: it is not told.

    None: back to the default. Raises NotOffered, WrongChannel.
    """
    start = default_of(event, audience)
    if start is None:
        raise NotOffered
    chosen = start.channels if channels is None else channels
    wanted = [one.value for one in channels_for(audience) if one in chosen]
    if len(wanted) != len(set(chosen)):
        raise WrongChannel
    fresh = {"kind": start.kind, "template": start.template, "tells_actor": start.tells_actor}
    Rule.objects.get_or_create(
        event=event, audience=audience, defaults=fresh | {"channels": [], "is_active": False}
    )
    rule = Rule.objects.select_for_update().get(event=event, audience=audience)
    before = set(rule.channels) if rule.is_active else set()
    if before == set(wanted):
        return rule
    rule.channels, rule.is_active = wanted, bool(wanted)
    rule.save(update_fields=["channels", "is_active"])
    record(_changed(rule), subject=rule, actor=actor)
    return rule


def _changed(rule: Rule) -> RuleChanged:
    labels = [str(one.label) for one in channels_for(rule.audience) if one in rule.channels]
    return RuleChanged(
        event=str(EVENTS[rule.event]),
        audience=str(Audience(rule.audience).label),
        channels=", ".join(labels),
    )
