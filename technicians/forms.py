"""Forms of technicians."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.conflicts import VersionedFormMixin
from core.text import one_line
from technicians.models import Skill, Technician

LANGUAGES = [
    ("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish")),
    ("it", _("Italian")), ("pt", _("Portuguese")), ("nl", _("Dutch")), ("pl", _("Polish")),
    ("ro", _("Romanian")), ("uk", _("Ukrainian")), ("tr", _("Turkish")), ("ar", _("Arabic")),
    ("hi", _("Hindi")), ("ur", _("Urdu")), ("cy", _("Welsh")),
]  # fmt: skip
LEVELS = [
    (0, _("No")), (1, _("1, learning")), (2, "2"), (3, _("3, good")), (4, "4"), (5, _("5, expert")),
]  # fmt: skip


class SkillsMixin(forms.Form):
    """A level for each skill of the catalogue, and room for a new one.

    A hidden copy of each level travels along: only what this person changed is stored, so two
    people can give two skills at the same time.
    """

    new_skill = forms.CharField(label=_("A new skill"), max_length=80, required=False)
    new_skill_level = forms.TypedChoiceField(
        label=_("Its level"), choices=LEVELS[1:], coerce=int, initial=3, required=False,
        empty_value=3,
    )  # fmt: skip

    def add_skill_fields(self, levels: dict[int, int]) -> None:
        """levels: skill id -> level now."""
        self.skills = {f"skill_{skill.pk}": skill for skill in Skill.objects.all()}
        for name, skill in self.skills.items():
            self.fields[name] = forms.TypedChoiceField(
                label=skill.name,
                choices=LEVELS,
                coerce=int,
                required=False,
                empty_value=0,
                initial=levels.get(skill.pk, 0),
                show_hidden_initial=True,
            )

    @property
    def skill_fields(self) -> Iterable[Any]:
        """The bound fields of the catalogue, for the template."""
        return [self[name] for name in self.skills]

    def clean_new_skill(self) -> str:
        name = one_line(self.cleaned_data["new_skill"])
        if name and Skill.objects.filter(name__iexact=name).exists():
            raise ValidationError(_("This skill is in the list above already."))
        return name

    def changed_levels(self) -> dict[Skill, int]:
        """Skill -> level, only what was changed here. Makes the new skill when one was named."""
        found = {
            skill: self.cleaned_data[name]
            for name, skill in self.skills.items()
            if name in self.changed_data
        }
        if self.cleaned_data["new_skill"]:
            skill = Skill.objects.get_or_create(name=self.cleaned_data["new_skill"])[0]
            found[skill] = self.cleaned_data["new_skill_level"]
        return found


class TechnicianForm(SkillsMixin, VersionedFormMixin, forms.ModelForm):
    """The profile; two editors meet on the conflict page."""

    languages = forms.MultipleChoiceField(
        label=_("Speaks"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    service_postcodes = SimpleArrayField(
        forms.CharField(max_length=10),
        label=_("Postcodes they go to"),
        required=False,
        help_text=_("Beginnings, with commas between: BS8, BS6. They count besides the radius."),
        widget=forms.TextInput,
    )

    class Meta:
        model = Technician
        fields = [
            "languages", "works_in_field", "home_latitude", "home_longitude", "service_radius_km",
            "service_postcodes", "time_zone", "daily_capacity",
        ]  # fmt: skip
        labels = {
            "home_latitude": _("Home, latitude"),
            "home_longitude": _("Home, longitude"),
            "service_radius_km": _("Goes so far from home, in km"),
        }
        help_texts = {
            "home_latitude": _("In degrees, such as 51.4545."),
            "home_longitude": _("In degrees, such as -2.5879; west is negative."),
            "service_radius_km": _("No radius and no postcodes: goes everywhere."),
            "time_zone": _("Working hours are in this zone, such as Europe/London."),
            "daily_capacity": _("With so many open jobs nobody gives them another."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance.skill_levels.all() if self.instance.pk else []
        self.add_skill_fields({row.skill_id: row.level for row in held})
        self.fields["daily_capacity"].widget.attrs["max"] = 100
        # Codes from an import that the list above does not know stay as they are.
        known = {code for code, _label in LANGUAGES}
        more = [code for code in self.instance.languages if code not in known]
        self.fields["languages"].choices = [*LANGUAGES, *((code, code) for code in more)]  # type: ignore[attr-defined]

    def clean_service_postcodes(self) -> list[str]:
        typed = self.cleaned_data["service_postcodes"] or []
        return list(dict.fromkeys("".join(code.split()).upper() for code in typed if code.strip()))

    def clean(self) -> dict[str, Any]:
        """A place needs both numbers."""
        data = super().clean() or self.cleaned_data
        for one, other in [
            ("home_latitude", "home_longitude"), ("home_longitude", "home_latitude"),
        ]:  # fmt: skip
            if data.get(one) is not None and other in data and data[other] is None:
                self.add_error(other, _("Give both numbers of the place, or neither."))
        return data


class NewTechnicianForm(TechnicianForm):
    """The same, for a colleague who has no profile yet."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"))
    field_order = ["user"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = (  # type: ignore[attr-defined]
            User.objects.active().with_role("technician").filter(technician=None).order_by("name")
        )

    @property
    def has_nobody(self) -> bool:
        """Every technician has a profile already."""
        return not self.fields["user"].queryset.exists()  # type: ignore[attr-defined]


class TimeOffForm(forms.Form):
    """A stretch without work, in the reader's own zone."""

    starts_at = forms.DateTimeField(
        label=_("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=_("To"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
