"""Tags on tickets."""

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import one_line
from tickets.actions.clocks import record
from tickets.actions.opening import lock, save, touch
from tickets.errors import TagRefused
from tickets.events import TagCreated, TagsChanged
from tickets.models import Tag, TagColour, Ticket
from tickets.models.tags import MOST_TAGS, TAG_LENGTH


def tag_name(typed: str) -> str:
    """The name as it is stored: "# VPN " is "VPN". Raises TagRefused for none and for a novel."""
    name = one_line(typed).lstrip("#").strip()
    if not any(char.isalnum() for char in name):
        raise TagRefused(_("Type a word."))
    if len(name) > TAG_LENGTH:
        raise TagRefused(_("A tag has up to %(most)s letters.") % {"most": TAG_LENGTH})
    return name


@transaction.atomic
def create_tag(typed: str, *, actor: Any) -> Tag:
    """The tag of this name, made if there is none yet; its colour follows from the name.

    Two at the same moment make one. Raises TagRefused.
    """
    name = tag_name(typed)
    colours = TagColour.values
    colour = colours[crc32(name.lower().encode()) % len(colours)]
    try:
        with transaction.atomic():
            tag = Tag.objects.create(name=name, colour=colour)
    except IntegrityError:
        return Tag.objects.named(name).get()
    record(TagCreated(title=name), subject=tag, actor=actor)
    return tag


@transaction.atomic
def change_tags(
    ticket: Ticket, *, add: Iterable[Tag] = (), remove: Iterable[Tag] = (), actor: Any
) -> Ticket:
    """Put tags on a ticket and take others off; nothing happens when none differ.

    Raises TagRefused for more than MOST_TAGS.
    """
    ticket = lock(ticket)
    held = set(ticket.tag_ids)
    added = [tag for tag in add if tag.pk not in held]
    removed = [tag for tag in remove if tag.pk in held]
    if not added and not removed:
        return ticket
    wanted = (held | {tag.pk for tag in added}) - {tag.pk for tag in removed}
    if len(wanted) > MOST_TAGS:
        raise TagRefused(_("A ticket has up to %(most)s tags.") % {"most": MOST_TAGS})
    ticket.tag_ids = sorted(wanted)
    touch(ticket)
    save(ticket, "tag_ids", "touched_at")
    record(_changed(added, removed), subject=ticket, actor=actor)
    return ticket


def _changed(added: list[Tag], removed: list[Tag]) -> TagsChanged:
    on, off = [tag.name for tag in added], [tag.name for tag in removed]
    words = []
    if on:
        words.append(gettext("%(names)s added") % {"names": ", ".join(on)})
    if off:
        words.append(gettext("%(names)s removed") % {"names": ", ".join(off)})
    return TagsChanged(words="; ".join(words), added=on, removed=off)
