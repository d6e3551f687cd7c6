"""The page that answers the incidents of a problem together."""

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
from tickets import permissions
from tickets.bulk import MOST, Result
from tickets.incidents import answer_incidents, incidents_of
from tickets.link_views import ticket_of
from tickets.models import Ticket
from tickets.models.ticket import RESOLUTION_LENGTH
from tickets.placeholders import as_written, unknown_names


class IncidentsForm(OnceForm):
    """What their customers read, and which of them. cleaned_data["chosen"]: ticket -> seen."""

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
    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Incidents"),
        error_messages={"required": gettext_lazy("Choose at least one incident.")},
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
    return len(parts) == 2 and all(
        part.isascii() and part.isdecimal() and len(part) < 19 for part in parts
    )


@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose, write, send; then what became of each."""
    ticket = ticket_of(request, pk)
    require(permissions.can_reply(request.user, ticket))
    if made_before(request):
        return redirect(ticket)
    start = {"body": ticket.resolution, "resolves": not ticket.is_live}
    form = IncidentsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        return _answer(request, ticket, form)
    rows = incidents_of(ticket, request.user)
    posted = request.POST.getlist("chosen") if request.method == "POST" else None
    context = {
        "ticket": ticket,
        "form": form,
        "incidents": [(row, _is_ticked(row, posted)) for row in rows],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tickets/incidents.html", context, status=status)


def _is_ticked(row: Any, posted: list[str] | None) -> bool:
    if posted is None:
        return bool(row.may_answer)
    return any(value.startswith(f"{row.ticket.pk}:") for value in posted)


def _answer(request: HttpRequest, ticket: Ticket, form: IncidentsForm) -> HttpResponse:
    data, results = form.cleaned_data, []

    def send() -> Ticket:
        results[:] = answer_incidents(
            ticket, data["chosen"], data["body"], resolves=data["resolves"], actor=request.user
        )
        return ticket

    once(form.submission, send, actor=request.user)
    done = sum(result.is_done for result in results)
    if done:
        words = ngettext("%(n)s incident is answered.", "%(n)s incidents are answered.", done)
        messages.success(request, words % {"n": done})
    if done == len(results):
        return redirect(ticket)
    refused: list[Result] = [result for result in results if not result.is_done]
    context = {"ticket": ticket, "results": results, "refused": len(refused)}
    return render(request, "tickets/incidents.html", context)
