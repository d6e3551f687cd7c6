"""What a merge brings along besides words: people who get copies, followers and tags.

Whoever heard of the one ticket goes on hearing, now of the other. Only what the other did not have
is noted, so that undo takes away just that.
"""

from typing import Any

from core.text import normalise_email
from tickets.actions.opening import save
from tickets.actions.people import MOST_COPIES, apply_copies, clean_copies, is_address, may_follow
from tickets.models import Follower, Merge, Ticket
from tickets.models.tags import MOST_TAGS


def bring_along(source: Ticket, into: Ticket, *, asked_before: Any) -> dict[str, list[Any]]:
    """Give `into` what it lacks and return it. asked_before: who was its requester until now.

    Inside a transaction, with both tickets locked.
    """
    return {
        "tags": _bring_tags(source, into),
        "copies": _bring_copies(source, into, asked_before),
        "followers": _bring_followers(source, into),
    }


def hand_on_tags(kept: Merge, brought: list[int]) -> list[int]:
    """Which of these tags go with the undone merge; the others it leaves to later merges.

    A ticket that brought a tag the target had by then goes on bringing it, and takes it when its
    own merge is undone. Inside a transaction, with the target locked.
    """
    going = list(brought)
    running = Merge.objects.filter(target=kept.target, undone_at=None).exclude(pk=kept.pk)
    for other in running.select_related("source").order_by("pk"):
        shared = [key for key in going if key in other.source.tag_ids]
        if shared:
            theirs = other.after.setdefault("brought", {})
            theirs["tags"] = [*theirs.get("tags", []), *shared]
            other.save(update_fields=["after"])
            going = [key for key in going if key not in shared]
    return going


def take_back(into: Ticket, brought: dict[str, list[Any]]) -> None:
    """Undo bring_along(): what somebody has removed since stays removed."""
    into.tag_ids = [key for key in into.tag_ids if key not in brought.get("tags", [])]
    save(into, "tag_ids")
    into.copies.filter(email__in=brought.get("copies", [])).delete()
    into.followers.filter(user__in=brought.get("followers", [])).delete()


def _bring_tags(source: Ticket, into: Ticket) -> list[int]:
    room = MOST_TAGS - len(into.tag_ids)
    new = [key for key in source.tag_ids if key not in into.tag_ids][:room]
    if new:
        into.tag_ids = sorted([*into.tag_ids, *new])
        save(into, "tag_ids")
    return new


def _bring_copies(source: Ticket, into: Ticket, asked_before: Any) -> list[str]:
    """Copies and requester of the source, unless it is another customer's: those read nothing."""
    people, typed = [asked_before], []
    if source.customer_id == into.customer_id:
        people.append(source.requester)
        typed = [copy.email for copy in source.copies.all()]
    typed += [str(person.email) for person in people if person and person.email]
    before = [copy.email for copy in into.copies.all()]
    had = {normalise_email(address) for address in before}
    found = dict.fromkeys(map(normalise_email, typed))
    new = [address for address in found if address not in had and is_address(address)]
    new = clean_copies(into, new[: MOST_COPIES - len(before)])
    apply_copies(into, [*before, *new], before=before)
    return new


def _bring_followers(source: Ticket, into: Ticket) -> list[int]:
    """Colleagues who may see the other ticket, too."""
    had = set(into.followers.values_list("user", flat=True))
    rows = source.followers.select_related("user").exclude(user__in=had)
    users = [row.user for row in rows if may_follow(row.user, into)]
    Follower.objects.bulk_create(
        [Follower(ticket=into, user=user) for user in users], ignore_conflicts=True
    )
    return [user.pk for user in users]
