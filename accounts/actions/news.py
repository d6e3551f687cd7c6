"""What a person hears of, by what, and when."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts.errors import NeedsPhone
from accounts.events import NewsTimesChanged, PreferenceChanged
from accounts.models import Channel, ChannelPreference, NewsKind, NewsTimes, User
from core.checks import field_of
from core.events import record

TIMES = (
    *("quiet_from_minutes", "quiet_to_minutes", "is_quiet_off_shift"),
    *("urgent_comes_through", "digest", "digest_at_minutes"),
)


@transaction.atomic
def set_preference(user: User, kind: str, channels: Collection[str] | None, *, actor: User) -> bool:
    """Choose all channels for one kind of news; None: as the desk suggests. Whether it changed.

    Raises NeedsPhone for SMS without a number.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if channels is not None and Channel.SMS in channels and not locked.phone:
        raise NeedsPhone
    before = ChannelPreference.objects.filter(user=locked, kind=kind).first()
    if channels is None:
        if before is None:
            return False
        before.delete()
        record(PreferenceChanged(kind, "default"), subject=locked, actor=actor)
        return True
    wanted = [channel.value for channel in Channel if channel in channels]
    if before is not None and before.channels == wanted:
        return False
    ChannelPreference.objects.update_or_create(
        user=locked, kind=NewsKind(kind), defaults={"channels": wanted}
    )
    record(PreferenceChanged(kind, ", ".join(wanted) or "none"), subject=locked, actor=actor)
    return True


@transaction.atomic
def set_news_times(user: User, changes: Mapping[str, Any], *, actor: User) -> NewsTimes:
    """Store quiet hours, silence off shift, the override and the digest; returns all of them."""
    User.objects.select_for_update().get(pk=user.pk)
    times = NewsTimes.objects.filter(user=user).first() or NewsTimes(user=user)
    changed = [name for name in TIMES if name in changes and changes[name] != getattr(times, name)]
    if not changed:
        return times
    for name in changed:
        setattr(times, name, changes[name])
    times.save()
    labels = ", ".join(str(field_of(NewsTimes, name).verbose_name) for name in changed)
    record(NewsTimesChanged(labels), subject=user, actor=actor)
    return times


@transaction.atomic
def set_news(
    user: User,
    choices: Mapping[str, Collection[str] | None],
    times: Mapping[str, Any],
    *,
    actor: User,
) -> None:
    """All of the page of one's news at once. Raises NeedsPhone."""
    for kind, channels in choices.items():
        set_preference(user, kind, channels, actor=actor)
    set_news_times(user, times, actor=actor)
