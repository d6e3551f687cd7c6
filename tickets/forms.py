"""Forms of the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import Team
from attachments.forms import MultiFileField
from core.conflicts import VersionedFormMixin
from core.submissions import OnceForm
from core.text import one_line
from customers.models import Customer
from technicians.models import Technician
from tickets.canned_forms import NoPlaceholdersMixin
from tickets.custom import missing_fields
from tickets.custom_forms import CustomInputs
from tickets.errors import ResolutionTooLong
from tickets.models import (
    MOVES,
    Category,
    DeskSettings,
    Priority,
    SavedView,
    Status,
    Ticket,
)
from tickets.models.ticket import RESOLUTION_LENGTH
from tickets.permissions import can_move_to
from tickets.queue import CHOOSABLE, COLUMNS


class ReplyForm(NoPlaceholdersMixin, OnceForm):
    """A public reply, and the state the ticket takes with it."""

    body = forms.CharField(
        label=_("Public reply"),
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = MultiFileField()
    set_status = forms.ChoiceField(label=_("and then"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = [s for s in Status if s in MOVES[Status(ticket.status)] and s != Status.CLOSED]
        self.fields["set_status"].choices = [("", _("leave the status"))] + [  # type: ignore[attr-defined]
            (status.value, status.label) for status in moves
        ]

    def clean(self) -> dict[str, Any]:
        """A reply that resolves is the resolution, too, which has an earlier end."""
        data = super().clean() or self.cleaned_data
        if (
            data.get("set_status") == Status.RESOLVED
            and len(data.get("body", "")) > RESOLUTION_LENGTH
        ):
            self.add_error("body", str(ResolutionTooLong.message))
        return data


class NoteForm(OnceForm):
    """An internal note."""

    body = forms.CharField(
        label=_("Internal note, staff only"),
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = MultiFileField()


class StatusForm(CustomInputs, forms.Form):
    """A move along MOVES; resolving needs the text, and the fields that are needed and empty."""

    to = forms.ChoiceField(label=_("New status"))
    resolution = forms.CharField(
        label=_("Resolution"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What fixed it? The customer and the next technician will read it."),
    )

    def __init__(self, *args: Any, ticket: Ticket, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (status.value, status.label)
            for status in Status
            if status in MOVES[Status(ticket.status)] and can_move_to(user, ticket, status)
        ]
        if self.data.get("to") == Status.RESOLVED:
            self.add_inputs(missing_fields(ticket))


class AssignForm(forms.Form):
    """Somebody, or nobody."""

    technician = forms.ModelChoiceField(
        Technician.objects.assignable().select_related("user").order_by("user__name"),
        label=_("Assignee"),
        required=False,
        empty_label=_("Nobody"),
    )


class TicketEditForm(VersionedFormMixin, forms.ModelForm):
    """Properties of a ticket; two editors meet on the conflict page."""

    class Meta:
        model = Ticket
        fields = ["subject", "description", "category", "priority", "device", "requester", "team"]
        widgets = {"description": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.instance.customer
        self.fields["device"].queryset = customer.devices.select_related("product")
        self.fields["requester"].queryset = customer.contacts.all()
        self.fields["device"].empty_label = _("No device")
        for name in ("category", "requester", "team"):
            self.fields[name].empty_label = _("Not set")
        self.fields["priority"].choices = Priority.choices


class CallForm(CustomInputs, OnceForm):
    """The customer call: who, which device, what. Made to be filled with the keyboard only."""

    customer = forms.ModelChoiceField(
        Customer.objects.none(), required=False, widget=forms.HiddenInput
    )
    requester = forms.ModelChoiceField(
        None, label=_("Who is calling?"), required=False, empty_label=_("Somebody of this customer")
    )
    name = forms.CharField(label=_("Name of the caller"), max_length=150, required=False)
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        error_messages={"invalid": _("This is no phone number. Example: 0117 496 0142")},
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    device = forms.ModelChoiceField(
        None, label=_("Device"), required=False, empty_label=_("Not about a device")
    )
    subject = forms.CharField(label=_("What is wrong?"), max_length=200)
    description = forms.CharField(
        label=_("Details"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Describe the problem: what happens, and since when?")},
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=_("Category"),
        required=False,
        empty_label=_("Not known yet"),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    files = MultiFileField()

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_inputs_of(self.data.get("category"))
        if customer is None:
            for name in ("customer", "requester", "device"):
                del self.fields[name]
            self.fields["name"].required = True
            return
        for name in ("name", "company", "phone", "email"):
            del self.fields[name]
        self.fields["customer"].queryset = Customer.objects.filter(pk=customer.pk)
        self.fields["customer"].initial = customer.pk
        self.fields["requester"].queryset = customer.contacts.all()
        self.fields["device"].queryset = customer.devices.select_related("product").order_by(
            "product__brand", "product__model", "serial"
        )

    def clean(self) -> dict[str, Any]:
        """A new caller needs one way to reach them."""
        data = super().clean() or self.cleaned_data
        reachable = data.get("phone") or data.get("email")
        bad = {"phone", "email"} & set(self.errors)
        if "name" in self.fields and not reachable and not bad:
            self.add_error("phone", _("Give a phone number or an e-mail address."))
        return data


class SettingsForm(forms.ModelForm):
    """What a manager may switch."""

    class Meta:
        model = DeskSettings
        fields = [
            "auto_assign",
            "auto_close_days",
            "close_warning_days",
            "repeat_days",
            "undo_seconds",
            "files_thanks",
            "weight_skills",
            "weight_distance",
            "weight_availability",
            "weight_load",
        ]

    def clean(self) -> dict[str, Any]:
        """The warning comes before the end; the four weights are shares of one hundred."""
        data = super().clean() or self.cleaned_data
        days, warning = data.get("auto_close_days"), data.get("close_warning_days")
        if days is not None and warning is not None and warning >= days:
            self.add_error(
                "close_warning_days",
                _("The warning must come after the ticket is resolved: choose fewer than"
                  " %(days)s days, or 0 for none.") % {"days": days},
            )  # fmt: skip
        weights = [data.get(f"weight_{part}", 0) or 0
                   for part in ("skills", "distance", "availability", "load")]  # fmt: skip
        if sum(weights) != 100:
            self.add_error(
                "weight_load",
                _("The four weights must add up to 100; they add up to %(sum)s.")
                % {"sum": sum(weights)},
            )
        return data


class SavedViewForm(OnceForm, forms.ModelForm):
    """Name and audience of a view; the filter itself comes from the address."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: whatever each reader chose for themselves."),
    )

    class Meta:
        model = SavedView
        fields = ["name", "team", "columns"]
        error_messages = {"name": {"required": _("Give the view a name.")}}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.all() if user.is_manager else Team.objects.filter(members=user)
        self.fields["team"].queryset = teams
        self.fields["team"].empty_label = _("Only me")
        self.fields["columns"].choices = [(key, COLUMNS[key].label) for key in CHOOSABLE]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])
