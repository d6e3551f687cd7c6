"""The page that answers the incidents of a problem together."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from core.permissions import require
from core.submissions import OnceForm, made_before, once
from core.text import is_key
from tickets import permissions
from tickets.bulk import MOST, Result
from tickets.incidents import Incident, answer_incidents, incidents_of
from tickets.link_views import ticket_of
from tickets.models import Ticket
from tickets.models.ticket import RESOLUTION_LENGTH
from tickets.placeholders import as_written, unknown_names

ALREADY_SENT = gettext_lazy("These replies had been taken for sending already.")


class IncidentsForm(OnceForm):
    """What their customers read, and which of them. cleaned_data["chosen"]: ticket -> seen."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Incidents"),
        error_messages={"required": gettext_lazy("Choose at least one incident.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Reply to their customers"),
        widget=forms.Textarea(attrs={"rows": 7}),
        max_length=RESOLUTION_LENGTH,
        help_text=gettext_lazy(
            "Placeholders such as {{ customer.first_name }} are filled for each of them."
        ),
        error_messages={"required": gettext_lazy("Write what their customers shall read.")},
    )
    resolves = forms.BooleanField(
        label=gettext_lazy("Resolve them with this reply"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].valid_value = _is_pair  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        """A name nobody knows would be refused for every one of them: say so once, here."""
        body: str = self.cleaned_data["body"]
        unknown = unknown_names(body)
        if unknown:
            raise forms.ValidationError(
                _("%(names)s is not a placeholder we know.") % {"names": as_written(unknown)}
            )
        return body

    def clean_chosen(self) -> dict[int, int]:
        pairs = [value.split(":") for value in self.cleaned_data["chosen"][:MOST]]
        return {int(key): int(seen) for key, seen in pairs}


def _is_pair(value: str) -> bool:
    parts = value.split(":")
    return len(parts) == 2 and all(is_key(part) for part in parts)


@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose, write, send; whatever was refused is named, and the words stay for another try."""
    ticket = ticket_of(request, pk)
    require(permissions.can_reply(request.user, ticket))
    if made_before(request) is not None:
        messages.info(request, ALREADY_SENT)
        return redirect(ticket)
    start = {"body": ticket.resolution, "resolves": not ticket.is_live}
    form = IncidentsForm(request.POST or None, initial=start)
    if request.method != "POST":
        return _page(request, ticket, form)
    if not form.is_valid():
        return _page(request, ticket, form, typed=request.POST.getlist("chosen"), status=422)
    results = _send(request, ticket, form)
    if all(result.is_done for result in results):
        return redirect(ticket)
    again = {name: form.cleaned_data[name] for name in start}
    # Nothing is ticked: why each was refused is to be read first.
    return _page(request, ticket, IncidentsForm(initial=again), typed=[], results=results)


def _page(
    request: HttpRequest,
    ticket: Ticket,
    form: IncidentsForm,
    *,
    typed: list[str] | None = None,
    results: Sequence[Result] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "form": form,
        "results": results,
        "incidents": [_box(row, typed) for row in incidents_of(ticket, request.user)],
    }
    return render(request, "tickets/incidents.html", context, status=status)


def _box(row: Incident, typed: list[str] | None) -> tuple[Incident, str, bool]:
    """An incident, what its box sends, whether it is ticked.

    A page shown again after an error knows no more than before: what came meanwhile was not read.
    """
    if typed is None:
        return row, row.value, row.may_answer and not row.is_waiting
    before = next((value for value in typed if value.startswith(f"{row.ticket.pk}:")), "")
    return row, before or row.value, bool(before)


class _NothingSent(Exception):
    """Gives the form's key back, so that the same words can be sent again."""


def _send(request: HttpRequest, ticket: Ticket, form: IncidentsForm) -> list[Result]:
    data, results = form.cleaned_data, []

    def send() -> Ticket:
        results[:] = answer_incidents(
            ticket, data["chosen"], data["body"], resolves=data["resolves"], actor=request.user
        )
        if not any(result.is_done for result in results):
            raise _NothingSent
        return ticket

    with suppress(_NothingSent):
        _ticket, is_new = once(form.submission, send, actor=request.user)
        if not is_new:  # the first press was still at work when this one came
            messages.info(request, ALREADY_SENT)
            return results
        done = sum(result.is_done for result in results)
        words = ngettext("%(n)s incident is answered.", "%(n)s incidents are answered.", done)
        messages.success(request, words % {"n": done})
    return results
