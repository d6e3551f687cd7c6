"""Forms of promises: a policy, and a due date set by hand."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.conflicts import VersionedFormMixin
from customers.models import Customer
from tickets.models import PAUSABLE, Category, Priority, SlaPolicy

CUSTOMER_LIMIT = 200


class PolicyForm(VersionedFormMixin, forms.ModelForm):
    """A policy. `chosen` holds what was typed as values of the model, after is_valid().

    Customers are written by name, one a line: a list to tick would hold all of them.
    """

    priorities = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Priorities"),
        choices=Priority.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every priority."),
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        label=gettext_lazy("Categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every category."),
    )
    customers = forms.CharField(
        label=gettext_lazy("Customers"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One name a line, or #12 for a number. Empty: every customer."),
    )
    pausing = forms.MultipleChoiceField(
        label=gettext_lazy("The clocks stand still while"),
        choices=[(status.value, status.label) for status in PAUSABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.active().with_role(*(role for role in Role if role != Role.CUSTOMER)),
        label=gettext_lazy("Also tell"),
        required=False,
        help_text=gettext_lazy("When a promise is broken, during working hours."),
    )

    field_order = [
        "name", "priorities", "categories", "customers", "calendar", "first_reply_minutes",
        "next_reply_minutes", "resolution_minutes", "pausing", "warn_minutes", "tells_assignee",
        "tells_team", "people",
    ]  # fmt: skip

    class Meta:
        model = SlaPolicy
        fields = [
            "name", "priorities", "calendar", "first_reply_minutes", "next_reply_minutes",
            "resolution_minutes", "pausing", "warn_minutes", "tells_assignee", "tells_team",
        ]  # fmt: skip
        labels = {
            "name": gettext_lazy("Name"),
            "calendar": gettext_lazy("Calendar"),
            "first_reply_minutes": gettext_lazy("First reply within (working minutes)"),
            "next_reply_minutes": gettext_lazy("Next reply within (working minutes)"),
            "resolution_minutes": gettext_lazy("Resolution within (working minutes)"),
            "warn_minutes": gettext_lazy("Warn before (working minutes)"),
            "tells_assignee": gettext_lazy("Tell the assignee when a promise is broken"),
            "tells_team": gettext_lazy("Tell the team when a promise is broken"),
        }
        help_texts = {
            "first_reply_minutes": gettext_lazy("60 is an hour of work. Empty: not promised."),
            "warn_minutes": gettext_lazy("0: no warning."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calendar: Any = self.fields["calendar"]
        calendar.empty_label = _("The default calendar")
        if self.instance.is_default:
            for name in ("priorities", "categories", "customers"):
                del self.fields[name]
        if self.instance.pk:
            self.initial |= {
                "categories": list(self.instance.categories.values_list("pk", flat=True)),
                "people": list(self.instance.people.values_list("pk", flat=True)),
                "customers": _lines(self.instance),
            }
        self.watched = [name for name in self._meta.fields if name in self.fields]

    def clean_customers(self) -> list[Customer]:
        """The customers of the lines; one that nobody, or more than one, is called is refused."""
        lines = dict.fromkeys(line.strip() for line in self.cleaned_data["customers"].splitlines())
        names = [line for line in lines if line]
        if len(names) > CUSTOMER_LIMIT:
            raise ValidationError(_("Name 200 customers at most."))
        return list({found.pk: found for found in map(_customer, names)}.values())

    def _post_clean(self) -> None:
        """What constraints of the database say has no field; the action says it beside one."""
        super()._post_clean()
        self.errors.pop(NON_FIELD_ERRORS, None)

    @property
    def chosen(self) -> dict[str, Any]:
        """Values for the action: merged ones, and what is not watched."""
        return {name: value for name, value in self.cleaned_data.items() if name != "opened"} | (
            self.merged_data
        )


class DueForm(forms.Form):
    """A due date in the reader's own zone."""

    due_at = forms.DateTimeField(
        label=gettext_lazy("Due"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _lines(policy: SlaPolicy) -> str:
    """The customers as one writes them; a name that others share by its number."""
    rows = list(policy.customers.order_by("name", "pk"))
    shared = {
        name.lower()
        for name in Customer.objects.filter(name__in=[row.name for row in rows])
        .exclude(pk__in=[row.pk for row in rows])
        .values_list("name", flat=True)
    }
    names = [row.name.lower() for row in rows]
    return "\n".join(
        f"#{row.pk}" if names.count(row.name.lower()) > 1 or row.name.lower() in shared
        else row.name
        for row in rows
    )  # fmt: skip


def _customer(line: str) -> Customer:
    number = line.removeprefix("#")
    if line.startswith("#") and number.isdecimal() and len(number) < 18:
        rows = Customer.objects.filter(pk=int(number))
    else:
        rows = Customer.objects.filter(name__iexact=line)
    found = list(rows[:2])
    if not found:
        raise ValidationError(_("No customer is called “%(name)s”."), params={"name": line})
    if len(found) > 1:
        raise ValidationError(
            _("Several customers are called “%(name)s”. Write the number, such as #%(number)s."),
            params={"name": line, "number": found[0].pk},
        )
    return found[0]
