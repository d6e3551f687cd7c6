"""Forms and filters of the customers' ticket pages."""

import hashlib
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import F, Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from attachments.forms import MultiFileField
from core.filters import ChoicesFilter, ModelsFilter, SearchFilter
from core.text import is_key
from customers.models import Contact
from devices.models import Device, DeviceStatus
from tickets.custom_forms import CustomInputs
from tickets.models import Category, Priority, Status, Ticket

RECENT = 3
MATCHES = 8
NOT_A_DEVICE = "none"
NUL = _("This text holds an invisible NUL character. Type it again or paste it as plain text.")
LONG = _("This text is longer than 100,000 characters. Attach the rest as a file.")
# What a customer is asked, in the order of urgency: value -> (their words, our word).
HINDRANCE = {
    Priority.URGENT: (_("We cannot work"), Priority.URGENT.label),
    Priority.HIGH: (_("It slows us down"), Priority.HIGH.label),
    Priority.NORMAL: (_("It can wait"), Priority.NORMAL.label),
}


@dataclass(frozen=True)
class Card:
    """A choice the template draws as a card."""

    value: str
    title: Any
    note: Any = ""
    code: str = ""
    is_chosen: bool = False


class LineField(forms.CharField):
    """One line; kind words for what cannot be stored."""

    default_error_messages = {"null_characters_not_allowed": NUL}


class LongTextField(forms.CharField):
    """Several lines, up to 100,000 characters; a line end counts as one, as people see it."""

    default_error_messages = {"null_characters_not_allowed": NUL, "max_length": LONG}

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        options.setdefault("max_length", 100_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)
        self.widget.attrs.pop("maxlength", None)  # cutting off silently would lose text

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if text else ""


class KeepsTextForm(forms.Form):
    """A form with files: browsers forget them when the page comes back, so it says which."""

    @property
    def lost_files(self) -> list[str]:
        """Names of the files that have to be chosen again."""
        sent = self.files.getlist("files") if hasattr(self.files, "getlist") else []
        return [upload.name for upload in sent] if self.errors else []


class ReportForm(CustomInputs, KeepsTextForm):
    """A problem, reported by a contact. Only what is named here is ever read."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    device = LineField(label=_("Which device is it about?"), required=False, max_length=20)
    serial = LineField(label=_("Find another of your devices"), required=False, max_length=100)
    subject = LineField(
        label=_("What is going wrong?"),
        help_text=_("One sentence is enough, you can add details below."),
        max_length=200,
        error_messages={
            "required": _("Say in a few words what is wrong."),
            "max_length": _("Use 200 characters at most here; the rest fits below."),
        },
    )
    description = LongTextField(
        label=_("Tell us more"),
        help_text=_("When did it start, and what does the screen say?"),
        error_messages={"required": _("Describe the problem: what happens, and since when?")},
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=_("What kind of problem is it?"),
        required=False,
        empty_label=_("I am not sure"),
        error_messages={"invalid_choice": _("Choose one of the kinds in the list.")},
    )
    files = MultiFileField(
        help_text=_("Up to 10 files of 25 MB each: pictures, PDF, documents, short videos.")
    )
    priority = forms.TypedChoiceField(
        label=_("How much does it hold you up?"),
        choices=[(int(value), words) for value, (words, _term) in HINDRANCE.items()],
        coerce=int,
        initial=int(Priority.NORMAL),
        error_messages={
            "required": _("Choose one of the three."),
            "invalid_choice": _("Choose one of the three."),
        },
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.own = contact.customer.devices.select_related("product").exclude(
            status=DeviceStatus.RETIRED
        )
        self.initial.setdefault("key", uuid.uuid4())
        self.add_inputs_of(self.data.get("category"), for_customers=True)

    @cached_property
    def device_count(self) -> int:
        """How many devices there are to choose from; only the page asks."""
        return self.own.count()

    def clean(self) -> dict[str, Any]:
        """Settle the device from the card or the typed words."""
        data = super().clean() or self.cleaned_data
        if not {"device", "serial"} & set(self.errors):
            data["device"] = self._device(data.get("device", ""), data.get("serial", ""))
        return data

    @property
    def once_key(self) -> str:
        """The same for a second press of the button; another one as soon as a word differs."""
        data = self.cleaned_data
        device, category = data.get("device"), data.get("category")
        parts = [
            str(self.contact.pk), str(data.get("key")), data["subject"], data["description"],
            str(device and device.pk), str(category and category.pk), str(data["priority"]),
            repr(self.custom_values),
        ]  # fmt: skip
        return "portal-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def chosen(self) -> Device | None:
        """The own device named by the card that is chosen now, if any."""
        value = str(self["device"].value() or "")
        return self.own.filter(pk=value).first() if is_key(value) else None

    @property
    def device_cards(self) -> list[Card]:
        """Recent devices, the chosen one among them, and "not about a device"."""
        chosen = self.chosen
        recent = self.own.annotate(last=Max("tickets__opened_at")).order_by(
            F("last").desc(nulls_last=True), "-pk"
        )[:RECENT]
        shown = list(recent)
        if chosen and chosen not in shown:
            shown = [chosen, *shown][:RECENT]
        none_chosen = self["device"].value() == NOT_A_DEVICE
        return [
            *(_card(device, device == chosen, tail_only=True) for device in shown),
            Card(NOT_A_DEVICE, _("It is not about a device"), is_chosen=none_chosen),
        ]

    @property
    def found_cards(self) -> list[Card]:
        """Own devices that match the typed words; the chosen one is among device_cards."""
        words = str(self["serial"].value() or "")
        return [_card(device) for device in self._matches(words)]

    @property
    def priority_cards(self) -> list[Card]:
        """The three answers."""
        value = str(self["priority"].value())
        return [
            Card(str(int(key)), words, term, is_chosen=value == str(int(key)))
            for key, (words, term) in HINDRANCE.items()
        ]

    def _device(self, picked: str, typed: str) -> Device | None:
        exact = self.own.by_serial(typed).first() if typed else None
        if picked:
            device = self._picked(picked)
            if exact and exact != device and not self.errors:
                self.add_error(
                    "serial",
                    _("You chose one device and typed the serial number of another. Keep one."),
                )
            return device
        if exact:
            return exact
        if typed:
            return self._only_match(typed)
        if self.device_count:
            self.add_error("device", _("Choose the device, or “It is not about a device”."))
        return None

    def _picked(self, picked: str) -> Device | None:
        if picked == NOT_A_DEVICE:
            return None
        device = self.own.filter(pk=picked).first() if is_key(picked) else None
        if device is None:
            self.add_error("device", _("Choose one of your own devices."))
        return device

    def _only_match(self, typed: str) -> Device | None:
        matches = self._matches(typed)
        if len(matches) == 1:
            return matches[0]
        if matches:
            self.add_error("serial", _("Several of your devices match. Choose one of them here."))
        else:
            # The same words whether somebody else has this serial number or nobody does.
            self.add_error(
                "serial",
                _("None of your devices has this number or place. Check the label, or register "
                  "the device first."),
            )  # fmt: skip
        return None

    def _matches(self, words: str) -> list[Device]:
        words = words.replace("\x00", "").strip()[:100]
        if not words:
            return []
        exact = self.own.by_serial(words)
        return list(exact) or list(self.own.search(words).order_by("serial_key")[:MATCHES])


def _card(device: Device, is_chosen: bool = False, *, tail_only: bool = False) -> Card:
    """tail_only: a known device is told apart by the end of its serial number."""
    serial = device.serial
    code = f"…{serial[-6:].lstrip('-_ ')}" if tail_only and len(serial) > 8 else serial
    title = device.product.model or str(device.product)
    return Card(str(device.pk), title, device.location, code, is_chosen)


class PortalReplyForm(KeepsTextForm):
    """The customer's answer."""

    body = LongTextField(
        label=_("Your reply"),
        rows=3,
        error_messages={"required": _("Write something first.")},
    )
    files = MultiFileField()


class FixedForm(forms.Form):
    """The customer says that it works."""

    words = LongTextField(
        label=_("What helped?"),
        help_text=_("It helps us next time."),
        required=False,
        rows=2,
        max_length=2000,
        error_messages={"max_length": _("Use 2,000 characters at most.")},
    )


def _devices_with_tickets(request: HttpRequest) -> QuerySet:
    """Devices the reader may see that had a ticket."""
    seen = Ticket.objects.visible_to(request.user).exclude(device=None)
    return Device.objects.filter(pk__in=seen.values("device")).select_related("product")


class PortalTicketFilter(FilterSet):
    """The filter bar of the customer's tickets."""

    STATES = {
        "reply": (_("Your reply needed"), [Status.WAITING]),
        "working": (_("We are working on it"), [Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD]),
        "solved": (_("Solved"), [Status.RESOLVED]),
        "closed": (_("Closed"), [Status.CLOSED]),
    }
    q = SearchFilter(label=_("Search your tickets"))
    status = ChoicesFilter(
        choices=[(key, words) for key, (words, _statuses) in STATES.items()],
        label=_("State"),
        method="in_states",
    )
    device = ModelsFilter(queryset=_devices_with_tickets, label=_("Device"))

    class Meta:
        model = Ticket
        fields: list[str] = []

    def in_states(self, rows: QuerySet, name: str, value: list[str]) -> QuerySet:
        """Tickets in any of the chosen groups of states."""
        wanted = [status for key in value for status in self.STATES[key][1]]
        return rows.filter(status__in=wanted) if wanted else rows
