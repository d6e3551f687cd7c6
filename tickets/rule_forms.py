"""Writing rules: what the form takes."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleError
from core.submissions import OnceForm
from tickets.filters import TicketFilter, options
from tickets.models import AutomationRule, Ticket, Trigger
from tickets.models.rules import EVERY_LEAST, EVERY_MOST
from tickets.rule_conditions import EXTRA, NOT_HERE
from tickets.rule_deeds import DEEDS

FIRST = ("name", "is_enabled", "trigger", "every_minutes", "stops")


class RuleForm(OnceForm):
    """A rule: when, for which tickets (if_…: the filter bar of the queue and more), what (do_…).

    `values` holds what the action takes, after is_valid(). seen: version the page was opened with.
    """

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    trigger = forms.ChoiceField(label=gettext_lazy("When"), choices=Trigger.choices)
    every_minutes = forms.IntegerField(
        label=gettext_lazy("Every so many minutes"),
        required=False,
        min_value=EVERY_LEAST,
        max_value=EVERY_MOST,
        help_text=gettext_lazy("Only for “Time”: 5 minutes to a week (10,080)."),
    )
    stops = forms.BooleanField(label=gettext_lazy("Stop after this rule"), required=False)
    is_enabled = forms.BooleanField(label=gettext_lazy("In use"), required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rule: AutomationRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        # Without custom fields: their filters belong to a category, which may change under a rule.
        known = {**options(), "field": []}
        self.filters = TicketFilter(None, queryset=Ticket.objects.none(), known=known).form.fields
        for name, field in self.filters.items():
            if name not in NOT_HERE:
                self.fields[f"if_{name}"] = field
        for key, condition in EXTRA.items():
            self.fields[f"if_{key}"] = condition.field()
        for deed in DEEDS.values():
            self.fields |= deed.fields()
        if rule is not None:
            self._keep_gone(rule)
            self.initial |= self._shown(rule)

    def _shown(self, rule: AutomationRule) -> dict[str, Any]:
        found: dict[str, Any] = {name: getattr(rule, name) for name in FIRST}
        found["seen"] = rule.version
        for name, values in rule.conditions.items():
            found[f"if_{name}"] = EXTRA[name].shown(values) if name in EXTRA else values
        for key, deed in DEEDS.items():
            if key in rule.deeds:
                found |= deed.shown(rule.deeds[key])
        return found

    def _keep_gone(self, rule: AutomationRule) -> None:
        """What a rule names and nobody can choose any more stays to be seen, and unticked."""
        for name, values in rule.conditions.items():
            self._offer(f"if_{name}", values)
        for key, deed in DEEDS.items():
            shown = deed.shown(rule.deeds[key]) if key in rule.deeds else {}
            for name, value in shown.items():
                self._offer(name, value if isinstance(value, list) else [value])

    def _offer(self, name: str, values: list[Any]) -> None:
        field: Any = self.fields.get(name)
        choices = getattr(field, "choices", None)
        if choices is None:
            return
        known = {str(key) for key, _label in choices}
        gone = [(value, _("Gone; choose another")) for value in values
                if value is not None and str(value) not in known]  # fmt: skip
        field.choices = [*choices, *gone]

    def _group(self, names: Any) -> list[Any]:
        return [self[name] for name in names if name in self.fields]

    @property
    def chips(self) -> list[Any]:
        """Conditions as the filter bar has them."""
        return self._group(f"if_{name}" for name in self.filters)

    @property
    def more_conditions(self) -> list[Any]:
        return self._group(f"if_{key}" for key in EXTRA)

    @property
    def deed_fields(self) -> list[Any]:
        names = [name for deed in DEEDS.values() for name in deed.field_names()]
        return self._group(names)

    def clean(self) -> dict[str, Any]:
        """Read conditions and deeds; what one of them refuses stands beside its field."""
        data = super().clean() or self.cleaned_data
        self.conditions: dict[str, list[str]] = {}
        self.deeds: dict[str, Any] = {}
        for name in self.filters:
            typed = data.get(f"if_{name}")
            values = typed if isinstance(typed, list | tuple) else [typed]
            if typed:
                self.conditions[name] = [str(value) for value in values]
        for key, condition in EXTRA.items():
            typed = data.get(f"if_{key}")
            self._read(self.conditions, key, partial(condition.stored, typed))
        for key, deed in DEEDS.items():
            self._read(self.deeds, key, partial(deed.read, data))
        return data

    def _read(self, into: dict[str, Any], key: str, read: Callable[[], Any]) -> None:
        try:
            value = read()
        except RuleError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
        else:
            if value:
                into[key] = value

    @property
    def values(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in FIRST}
        return {**found, "conditions": self.conditions, "deeds": self.deeds}

    @property
    def is_stale(self) -> bool:
        """Whether somebody stored another version since the page was opened."""
        return self.rule is not None and self.rule.version != self.cleaned_data.get("seen")
