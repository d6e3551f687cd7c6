"""Canned replies: the pages people manage them on, and the doors the composer asks."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_filters import FilterSet

from core.conflicts import conflict_page
from core.errors import RuleError
from core.filters import ModelsFilter, SearchFilter
from core.http import add_rule_error
from core.pages import Column, ListPage
from core.permissions import require
from core.submissions import made_before, once
from tickets import permissions
from tickets.actions.canned import change_canned, create_canned
from tickets.actions.sharing import count_use, delete_shared
from tickets.canned_forms import CannedForm
from tickets.models import CannedReply, Category, Ticket
from tickets.placeholders import (
    PLACEHOLDERS,
    as_written,
    fill,
    problem_words,
    sample,
    unknown_names,
)

OFFERED = 20  # more than fits the eye: a word narrows them


class CannedFilter(FilterSet):
    q = SearchFilter()
    category = ModelsFilter(queryset=Category.objects.all(), label=gettext_lazy("Category"))

    class Meta:
        model = CannedReply
        fields: list[str] = []


class Canned(ListPage):
    """All texts the reader may use."""

    model, filterset, template, sort = CannedReply, CannedFilter, "tickets/canned.html", "name"
    columns = [
        Column("name", gettext_lazy("Name"), "name"),
        Column("shortcut", gettext_lazy("Shortcut"), "shortcut"),
        Column("category", gettext_lazy("Category"), "category__name", "category.name"),
        Column("audience", gettext_lazy("For whom"), None, "audience_words"),
        Column("uses", gettext_lazy("Used"), "uses", css="num"),
        Column("body", gettext_lazy("Text"), None, css="d-none"),
    ]

    @property
    def shown_columns(self) -> list[Column]:
        return self.columns[:-1]  # the text is for the file

    def rows(self) -> Any:
        return super().rows().select_related("category", "team")


def canned_create(request: HttpRequest) -> HttpResponse:
    """Write a new text."""
    require(permissions.can_keep_shared(request.user))
    if made_before(request) is not None:
        return redirect("tickets:canned")
    form = CannedForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made, _is_new = once(
                form.submission,
                lambda: create_canned(form.changes, actor=request.user),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            return _saved(request, made)
    return _show_form(request, form, None)


def canned_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a text; the second of two savers meets the conflict page."""
    with transaction.atomic():
        stored = _canned(request, pk, lock=request.method == "POST")
        require(permissions.can_change_shared(request.user, stored))
        form = CannedForm(request.POST or None, instance=stored, user=request.user)
        if request.method == "POST" and form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=stored.get_absolute_url())
            try:
                with transaction.atomic():
                    changed = change_canned(stored, form.changes, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                return _saved(request, changed)
    return _show_form(request, form, _canned(request, pk))


def _canned(request: HttpRequest, pk: int, *, lock: bool = False) -> CannedReply:
    rows = CannedReply.objects.visible_to(request.user)
    return get_object_or_404(rows.select_for_update() if lock else rows, pk=pk)


def _saved(request: HttpRequest, reply: CannedReply) -> HttpResponse:
    """Back to the list; a placeholder nobody knows is pointed out, it may be meant."""
    messages.success(request, _("“%(name)s” saved.") % {"name": reply})
    unknown = unknown_names(reply.body)
    if unknown:
        words = _("“%(name)s” holds %(names)s, which is not a placeholder we know.")
        messages.warning(request, words % {"name": reply, "names": as_written(unknown)})
    return redirect("tickets:canned")


def _show_form(request: HttpRequest, form: CannedForm, reply: CannedReply | None) -> HttpResponse:
    context = {
        "form": form,
        "reply": reply,
        "placeholders": PLACEHOLDERS,
        **_preview(str(form["body"].value() or "")),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tickets/canned_edit.html", context, status=status)


def _preview(body: str) -> dict[str, Any]:
    filled = sample(body[:20_000])
    return {"shown": filled.text, "problem": problem_words(filled)}


@require_POST
def canned_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a text; what was sent with it stays sent."""
    reply = _canned(request, pk)
    require(permissions.can_change_shared(request.user, reply))
    delete_shared(reply, actor=request.user)
    messages.success(request, _("“%(name)s” deleted.") % {"name": reply})
    return redirect("tickets:canned")


@require_POST
def canned_preview(request: HttpRequest) -> HttpResponse:
    """The text somebody is writing, with invented values."""
    require(permissions.can_keep_shared(request.user))
    return render(request, "tickets/_canned_preview.html", _preview(request.POST.get("body", "")))


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    """The ticket somebody writes on, with everything a placeholder may need."""
    rows = Ticket.objects.visible_to(request.user).with_row()
    ticket = get_object_or_404(rows, pk=pk)
    require(permissions.can_note(request.user, ticket))
    return ticket


@require_GET
def canned_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Texts for this ticket that match what is typed, already filled in."""
    ticket, words = _ticket(request, pk), request.GET.get("q", "")[:200]
    rows = CannedReply.objects.visible_to(request.user).select_related("team")
    found = rows.offered(words, category_id=ticket.category_id)[:OFFERED]
    texts = [(reply, fill(reply.body, ticket, request.user)) for reply in found]
    context = {"ticket": ticket, "texts": texts, "words": words}
    return render(request, "tickets/_canned_found.html", context)


@require_POST
def canned_insert(request: HttpRequest, pk: int, canned: int) -> HttpResponse:
    """The text for this ticket, to be put into the composer; that it was used is counted."""
    ticket, reply = _ticket(request, pk), _canned(request, canned)
    filled = fill(reply.body, ticket, request.user)
    count_use(reply)
    context = {"text": filled.text, "problem": problem_words(filled)}
    return render(request, "tickets/_canned_insert.html", context)
