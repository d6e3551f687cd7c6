"""News that can be ended from the mail itself: List-Unsubscribe, one click (RFC 8058)."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.actions import set_preference
from accounts.models import Channel, User
from notifications.models import Audience, Medium, Notification, WayOut

# What goes to many who did not ask for it one by one. What is about somebody's own ticket or work
# is correspondence: whoever ended that would miss the answer they wait for.
NEWS = {
    Audience.DESK,
    Audience.TEAM,
    Audience.QUEUE,
    Audience.FOLLOWERS,
    Audience.MANAGER,
    Audience.SALES,
}


def offer_ways_out(rows: Sequence[Notification]) -> None:
    """Give unsaved mails that are news the link that ends them. Three queries at most."""
    news = [(row, owner) for row in rows if (owner := owner_of(row))]
    wanted = {owner for _row, owner in news}
    if not wanted:
        return
    keys = _keys(wanted)
    missing = [WayOut(user_id=user, kind=kind) for user, kind in sorted(wanted - keys.keys())]
    if missing:
        WayOut.objects.bulk_create(missing, ignore_conflicts=True)
        keys = _keys(wanted)
    for row, owner in news:
        page = reverse("notifications:unsubscribe", args=[keys[owner]])
        row.unsubscribe_url = settings.SITE_URL + page


def owner_of(row: Notification) -> tuple[int, str] | None:
    """Person and kind of an e-mail that is news: by a rule that tells many, with an account."""
    rule = row.rule
    if row.channel != Medium.EMAIL or row.user_id is None or rule is None:
        return None
    return (row.user_id, rule.kind) if rule.audience in NEWS else None


@transaction.atomic
def stop_news(way: WayOut) -> None:
    """No more e-mail or SMS of that kind: it is in the bell, and push stays. Again: no change."""
    user = User.objects.select_for_update().get(pk=way.user_id)
    before = user.channel_preferences.filter(kind=way.kind).first()
    has_push = before is None or Channel.PUSH in before.channels
    kept = [Channel.BELL, *([Channel.PUSH] if has_push else [])]
    set_preference(user, way.kind, kept, actor=user)


def _keys(owners: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
    rows = WayOut.objects.filter(
        user__in={user for user, _kind in owners}, kind__in={kind for _user, kind in owners}
    )
    return {(way.user_id, way.kind): way.key for way in rows}
