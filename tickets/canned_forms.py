"""Forms of canned replies, and what keeps placeholders out of replies."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from core.conflicts import VersionedFormMixin
from core.submissions import OnceForm
from tickets.models import CannedReply, Category
from tickets.models.sharing import ALL, EVERYBODY, ME
from tickets.placeholders import as_written, names_left


class AudienceForm(forms.Form):
    """Who has what is kept. cleaned_data: owner and team. Only what the person may give."""

    audience = forms.ChoiceField(label=_("For whom"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        teams = Team.objects.all() if user.is_manager else Team.objects.filter(members=user)
        choices: list[tuple[str, Any]] = [(ME, _("Only me"))]
        choices += [(f"team:{team.pk}", team.name) for team in teams]
        if user.is_manager:
            choices.append((ALL, EVERYBODY))
        field: Any = self.fields["audience"]
        field.choices = choices
        field.initial = self.instance.audience if self.instance.pk else ME  # type: ignore[attr-defined]

    @property
    def audience_changes(self) -> dict[str, Any]:
        """owner and team as chosen."""
        chosen = self.cleaned_data["audience"]
        _team, _colon, key = chosen.partition(":")
        return {
            "owner": self.user if chosen == ME else None,
            "team": Team.objects.get(pk=key) if key else None,
        }


class CannedForm(AudienceForm, VersionedFormMixin, OnceForm, forms.ModelForm):
    """A text people keep; two editors meet on the conflict page."""

    class Meta:
        model = CannedReply
        fields = ["name", "shortcut", "category", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}

    field_order = ["name", "audience", "shortcut", "category", "body"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = Category.objects.filter(is_active=True)
        category.empty_label = _("Any")
        self.fields["body"].strip = False  # type: ignore[attr-defined]

    def clean_shortcut(self) -> str:
        return str(self.cleaned_data["shortcut"]).strip().lstrip(";").lower()

    @property
    def changes(self) -> dict[str, Any]:
        """What the action is to store."""
        return {**self.merged_data, **self.audience_changes}


class NoPlaceholdersMixin(forms.Form):
    """A reply that still holds {{ placeholders }} is asked about once before it goes.

    `left` names them after a refusal; the button "Send as it is" carries them in `as_is`, and
    only those: one that was typed since is asked about again.
    """

    as_is = forms.CharField(required=False, widget=forms.HiddenInput, max_length=10_000)
    left: list[str] = []

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"])
        known = set(self.data.get("as_is", "").split("}"))
        self.left = names_left(body)
        if set(self.left) - known:
            raise forms.ValidationError(
                gettext(
                    "%(names)s would reach the customer like this. Fill it in, or send it as it is."
                )
                % {"names": as_written(self.left)}
            )
        self.left = []
        return body

    @property
    def as_is_value(self) -> str:
        """What the button "Send as it is" sends."""
        return "}".join(self.left)  # which no name holds
