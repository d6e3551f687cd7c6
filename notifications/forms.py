"""What a person sets about their news."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Digest, NewsKind, NewsTimes, User
from core.week_form import as_minutes, as_time
from notifications.matrix import EVENTS
from notifications.models import Audience, Medium, Rule

HINTS = {
    NewsKind.TICKET_UPDATES: _("Replies, visits, what became of it"),
    NewsKind.REPLIES: _("On tickets that are mine, my team's or that I follow"),
    NewsKind.MENTIONS: _("A colleague writes @ and my name in a note"),
    NewsKind.ASSIGNMENTS: _("Given to me, or taken away"),
    NewsKind.PROMISES: _("A response or a solution is nearly due, or late"),
    NewsKind.DESK_ALERTS: _("Declined jobs, nobody found, mail that came back"),
}


def kinds_for(user: User) -> list[NewsKind]:
    """The kinds of news that can reach a person of these roles."""
    if user.is_customer:
        return [NewsKind.TICKET_UPDATES, NewsKind.VISITS]
    kinds = [NewsKind.REPLIES, NewsKind.MENTIONS, NewsKind.TICKET_UPDATES, NewsKind.PROMISES]
    if user.is_technician or user.is_desk:
        kinds.insert(0, NewsKind.ASSIGNMENTS)
    if user.is_desk or user.is_sales:
        kinds += [NewsKind.NEW_TICKETS, NewsKind.DESK_ALERTS]
    return kinds


def audiences_of(user: User) -> set[str]:
    """The audiences that can come to include a person of these roles."""
    if user.is_customer:
        return {Audience.REQUESTER.value}
    found = set(Audience.values) - {Audience.REQUESTER, Audience.COPIES}
    if not user.is_desk:
        found -= {Audience.DESK, Audience.RULE_MAKERS}
    if not user.is_manager:
        found -= {Audience.MANAGER, Audience.RULE_MAKERS}
    return found if user.is_sales else found - {Audience.SALES}


def suggested(user: User) -> dict[str, set[str]]:
    """Kind of news -> the channels of the rules for it, as far as they can reach the person."""
    rules = Rule.objects.filter(is_active=True, audience__in=audiences_of(user))
    found: dict[str, set[str]] = defaultdict(set)
    for kind, channels in rules.values_list("kind", "channels"):
        found[kind] |= set(channels) - (set() if user.phone else {Channel.SMS.value})
    return found


class PushDeviceForm(forms.Form):
    """What a browser says of itself when it agrees to be woken."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.RegexField(r"^[A-Za-z0-9_-]{80,100}$")
    auth = forms.RegexField(r"^[A-Za-z0-9_-]{16,30}$")
    name = forms.CharField(max_length=100)


class RuleForm(forms.Form):
    """Which audience is told of which event by what; "default": as the desk starts with it."""

    event = forms.ChoiceField(choices=lambda: list(EVENTS.items()))
    audience = forms.ChoiceField(choices=Audience)
    channels = forms.MultipleChoiceField(choices=Medium, required=False)
    default = forms.BooleanField(required=False)

    def wish(self) -> list[str] | None:
        """The channels; None for the default."""
        return None if self.cleaned_data["default"] else self.cleaned_data["channels"]


class Clock(forms.TimeField):
    """A time on the wall, as minutes after midnight; None when empty."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def clean(self, value: Any) -> int | None:
        at = super().clean(value)
        return None if at is None else as_minutes(at)


class NewsForm(forms.Form):
    """A row of channels for each kind of news, and when news may come."""

    quiet_from_minutes = Clock(label=_("Quiet from"), required=False)
    quiet_to_minutes = Clock(label=_("Quiet until"), required=False)
    is_quiet_off_shift = forms.BooleanField(
        label=_("Also outside my working hours"), required=False
    )
    urgent_comes_through = forms.BooleanField(label=_("Urgent news comes through"), required=False)
    digest = forms.ChoiceField(label=_("Mails"), choices=Digest, widget=forms.RadioSelect)
    digest_at_minutes = Clock(label=_("Time of the daily mail"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        times = NewsTimes.objects.filter(user=user).first() or NewsTimes(user=user)
        super().__init__(*args, initial=_initial(times), **kwargs)
        self.suggested = suggested(user)
        self.kinds = kinds_for(user)
        self.channels = [one for one in Channel if one != Channel.SMS or user.phone]
        chosen = dict(user.channel_preferences.values_list("kind", "channels"))
        for kind in self.kinds:
            self.fields[kind.value] = forms.MultipleChoiceField(
                label=kind.label,
                choices=[(one.value, one.label) for one in self.channels],
                required=False,
                initial=chosen.get(kind.value, sorted(self.suggested[kind])),
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            )
        if user.is_customer:
            for name in ("is_quiet_off_shift", "digest", "digest_at_minutes"):
                del self.fields[name]

    @property
    def matrix(self) -> list[tuple[str, Any, Any, Sequence[Any]]]:
        """(kind, label, hint, boxes) of each row."""
        return [
            (kind.value, kind.label, HINTS.get(kind, ""), list(self[kind.value]))
            for kind in self.kinds
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("quiet_from_minutes"), data.get("quiet_to_minutes")
        if self.errors:
            return data
        if (starts is None) != (ends is None):
            name = "quiet_from_minutes" if starts is None else "quiet_to_minutes"
            self.add_error(name, _("Give both times, or leave both empty."))
        elif starts is not None and starts == ends:
            self.add_error("quiet_to_minutes", _("The end must not be the beginning."))
        return data

    def choices(self) -> dict[str, list[str] | None]:
        """Kind -> the channels; None where they are those that the desk suggests."""
        found = {kind.value: self.cleaned_data[kind.value] for kind in self.kinds}
        return {
            kind: None if set(channels) == self.suggested[kind] else channels
            for kind, channels in found.items()
        }

    def times(self) -> dict[str, Any]:
        """What is set about when, for the action."""
        names = _initial(NewsTimes())
        return {name: value for name, value in self.cleaned_data.items() if name in names}


def _initial(times: NewsTimes) -> dict[str, Any]:
    """Fields of the form that are about times, as the form shows them."""
    clocks = ("quiet_from_minutes", "quiet_to_minutes", "digest_at_minutes")
    found = {name: getattr(times, name) for name in clocks}
    return {name: None if at is None else as_time(at) for name, at in found.items()} | {
        "is_quiet_off_shift": times.is_quiet_off_shift,
        "urgent_comes_through": times.urgent_comes_through,
        "digest": times.digest,
    }
