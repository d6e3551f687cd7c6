"""Writing and running macros: what the forms take."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from core.submissions import OnceForm
from tickets.canned_forms import AudienceForm
from tickets.composer import LARGEST_KEY
from tickets.macro_kind import Kind, StepRefused
from tickets.macro_steps import KINDS, read_steps
from tickets.models import Macro
from tickets.models.macro import STEPS_EACH

LONGEST_VALUE = 10_000


@dataclass
class Row:
    """A step while it is written. options: what can be chosen, with what is chosen first of all."""

    number: int
    kind: Kind
    value: str
    options: list[tuple[str, Any]]
    is_last: bool
    is_new: bool = False


class MacroForm(AudienceForm, OnceForm, forms.ModelForm):
    """A macro: its name and audience, and steps as repeated fields `do` and `value`.

    A button called `change` rearranges the steps and saves nothing: "add:<kind>", "remove:<n>",
    "up:<n>". seen: version the page was opened with; a second saver sees what the first stored.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Macro
        fields = ["name", "after"]
        widgets = {"after": forms.RadioSelect}

    field_order = ["name", "audience", "after"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version if self.instance.pk else 0
        self.added = False
        typed = _typed(self.data) if self.is_bound else self.instance.steps or []
        self.steps: list[dict[str, str]] = typed[:STEPS_EACH]

    @property
    def is_rearranged(self) -> bool:
        """Whether the button only moved steps about."""
        return "change" in self.data

    def rearrange(self) -> None:
        """Do what the button says; what it says wrongly changes nothing."""
        what, _colon, which = self.data.get("change", "").partition(":")
        if what == "add" and which in KINDS and len(self.steps) < STEPS_EACH:
            self.steps.append({"do": which, "value": ""})
            self.added = True
        place = int(which) - 1 if which.isascii() and which.isdecimal() and len(which) < 4 else -1
        if not 0 <= place < len(self.steps):
            return
        if what == "remove":
            del self.steps[place]
        elif what == "up" and place > 0:
            self.steps.insert(place - 1, self.steps.pop(place))

    @cached_property
    def rows(self) -> list[Row]:
        """The steps as the page shows them. Each kind's list is asked for once."""
        lists: dict[str, list[tuple[str, Any]]] = {}
        rows = []
        for number, step in enumerate(self.steps, 1):
            kind = KINDS.get(step["do"])
            if kind is None:
                continue
            if kind.key not in lists:
                lists[kind.key] = [] if kind.is_text else kind.options(self.user)
            options = [("", gettext("Choose")), *lists[kind.key]]
            if step["value"] not in {key for key, _label in options}:
                options.append((step["value"], gettext("Gone; choose another")))
            rows.append(Row(number, kind, step["value"], options, number == len(self.steps)))
        if rows and self.added:
            rows[-1].is_new = True
        return rows

    @property
    def kinds(self) -> list[Kind]:
        """What can be added."""
        return list(KINDS.values()) if len(self.steps) < STEPS_EACH else []

    def clean(self) -> dict[str, Any]:
        """Each step names something; whether it can be done is the action's business."""
        data = super().clean() or self.cleaned_data
        try:
            for step in read_steps(self.steps):
                if not step.value.strip():
                    raise step.refused(gettext("Say what."))
        except StepRefused as error:
            self.add_error(None, str(error.message))
        return data

    @property
    def theirs(self) -> Macro | None:
        """What somebody stored since the page was opened, if anybody did."""
        if not self.instance.pk:
            return None
        stored = Macro.objects.get(pk=self.instance.pk)
        return stored if stored.version != self.cleaned_data.get("seen") else None

    @property
    def changes(self) -> dict[str, Any]:
        """What the action is to store."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "after": data["after"],
            "steps": self.steps,
            **self.audience_changes,
        }


def _typed(data: QueryDict) -> list[dict[str, str]]:
    """The repeated fields as steps; a value without its kind is nobody's."""
    kinds, values = data.getlist("do"), data.getlist("value")
    return [
        {"do": kind, "value": value[:LONGEST_VALUE].replace("\r\n", "\n")}
        for kind, value in zip(kinds, values, strict=False)
    ]


class RunMacroForm(OnceForm):
    """seen: key of the newest message the page showed."""

    seen = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )
