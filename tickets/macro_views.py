"""Macros: the pages people manage them on, and the doors that run them on a ticket."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_filters import FilterSet

from core.errors import RuleError
from core.filters import SearchFilter
from core.http import add_rule_error, is_partial
from core.pages import Column, ListPage
from core.permissions import require
from core.submissions import made_before, once
from tickets import permissions, queue
from tickets.actions.macros import change_macro, create_macro
from tickets.actions.sharing import delete_shared
from tickets.composer import newest_message
from tickets.macro_forms import MacroForm, RunMacroForm
from tickets.macros import plan_macro, run_macro, steps_words
from tickets.models import Macro, Ticket
from tickets.models.macro import After

OFFERED = 50  # of a menu; a word narrows them


class MacroFilter(FilterSet):
    q = SearchFilter()

    class Meta:
        model = Macro
        fields: list[str] = []


class Macros(ListPage):
    """All macros the reader may run."""

    model, filterset, template, sort = Macro, MacroFilter, "tickets/macros.html", "name"
    columns = [
        Column("name", gettext_lazy("Name"), "name"),
        Column("steps", gettext_lazy("Steps"), None, steps_words),
        Column("audience", gettext_lazy("For whom"), None, "audience_words"),
        Column("uses", gettext_lazy("Used"), "uses", css="num"),
    ]

    def rows(self) -> Any:
        return super().rows().select_related("team")


def macro_create(request: HttpRequest) -> HttpResponse:
    """Write a new macro."""
    require(permissions.can_keep_shared(request.user))
    if made_before(request) is not None:
        return redirect("tickets:macros")
    form = MacroForm(request.POST or None, user=request.user)
    if _is_sent(request, form):
        try:
            made, _is_new = once(
                form.submission,
                lambda: create_macro(form.changes, actor=request.user),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("“%(name)s” saved.") % {"name": made})
            return redirect("tickets:macros")
    return _show_form(request, form, None)


def macro_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a macro; the second of two savers is shown what the first one stored."""
    with transaction.atomic():
        stored = _macro(request, pk, lock=request.method == "POST")
        require(permissions.can_change_shared(request.user, stored))
        form = MacroForm(request.POST or None, instance=stored, user=request.user)
        if _is_sent(request, form):
            if theirs := form.theirs:
                form.data = {**form.data.dict(), "seen": theirs.version}
                return _show_form(request, form, theirs, status=409, theirs=theirs)
            try:
                with transaction.atomic():
                    changed = change_macro(stored, form.changes, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("“%(name)s” saved.") % {"name": changed})
                return redirect("tickets:macros")
    return _show_form(request, form, _macro(request, pk))


def _is_sent(request: HttpRequest, form: MacroForm) -> bool:
    """Whether it is to be saved, and can be; moving steps about is not."""
    if request.method != "POST":
        return False
    if form.is_rearranged:
        form.rearrange()
        return False
    return form.is_valid()


def _macro(request: HttpRequest, pk: int, *, lock: bool = False) -> Macro:
    rows = Macro.objects.visible_to(request.user)
    return get_object_or_404(rows.select_for_update() if lock else rows, pk=pk)


def _show_form(
    request: HttpRequest, form: MacroForm, macro: Macro | None, status: int = 0, **more: Any
) -> HttpResponse:
    wrong = request.method == "POST" and not form.is_rearranged
    context = {"form": form, "macro": macro, "is_rearranged": form.is_rearranged, **more}
    if form.is_rearranged:
        form._errors = ErrorDict()  # nothing is wrong while one still writes
    if more:
        context["theirs_words"] = steps_words(more["theirs"])
    return render(
        request, "tickets/macro_edit.html", context, status=status or (422 if wrong else 200)
    )


@require_POST
def macro_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a macro; what it did stays done."""
    macro = _macro(request, pk)
    require(permissions.can_change_shared(request.user, macro))
    delete_shared(macro, actor=request.user)
    messages.success(request, _("“%(name)s” deleted.") % {"name": macro})
    return redirect("tickets:macros")


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    rows = Ticket.objects.visible_to(request.user).with_row()
    ticket = get_object_or_404(rows, pk=pk)
    require(permissions.can_note(request.user, ticket))
    return ticket


@require_GET
def macro_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """The macros one can run on a ticket: a page, or for htmx the list of the dialog."""
    ticket, words = _ticket(request, pk), request.GET.get("q", "")[:200]
    found = Macro.objects.visible_to(request.user).select_related("team").search(words)
    rows = found.order_by("-uses", "name", "pk")[:OFFERED]
    context = {
        "ticket": ticket,
        "words": words,
        "macros": [(macro, steps_words(macro)) for macro in rows],
    }
    part = is_partial(request)
    return render(
        request, "tickets/_macros_found.html" if part else "tickets/macro_pick.html", context
    )


@require_GET
def macro_preview(request: HttpRequest, pk: int, macro: int) -> HttpResponse:
    """What a macro would do to this ticket, and the button that does it."""
    return _show_plan(request, _ticket(request, pk), _macro(request, macro))


def _show_plan(
    request: HttpRequest, ticket: Ticket, macro: Macro, *, status: int = 200, refused: Any = ""
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "macro": macro,
        "refused": refused,
        "plan": plan_macro(macro, ticket, user=request.user),
        "form": RunMacroForm(initial={"seen": newest_message(ticket)}),
    }
    template = "tickets/_macro_plan.html" if is_partial(request) else "tickets/macro_preview.html"
    return render(request, template, context, status=status)


@require_POST
def macro_run(request: HttpRequest, pk: int, macro: int) -> HttpResponse:
    """Run it. What a rule refuses is shown with the plan, and nothing has happened."""
    ticket, chosen = _ticket(request, pk), _macro(request, macro)
    if made_before(request) is not None:
        return _after(request, chosen, ticket)
    form = RunMacroForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    try:
        once(
            form.submission,
            lambda: run_macro(chosen, ticket, user=request.user, seen=seen),
            actor=request.user,
        )
    except RuleError as error:
        return _show_plan(request, ticket, chosen, status=422, refused=error.message)
    words = {"macro": chosen, "ticket": ticket.reference}
    messages.success(request, _("“%(macro)s” ran on %(ticket)s.") % words)
    return _after(request, chosen, ticket)


def _after(request: HttpRequest, macro: Macro, ticket: Ticket) -> HttpResponse:
    """Where the macro says: here, the next ticket of the queue, or the queue."""
    if macro.after == After.STAY:
        return redirect(ticket)
    found = _next(request.user, ticket) if macro.after == After.NEXT else None
    return redirect(found or "tickets:index")


def _next(user: Any, ticket: Ticket) -> Ticket | None:
    """The open ticket that is due after this one; after the last one the first."""
    rows = queue.VIEWS[queue.HOME].narrow(Ticket.objects.visible_to(user), user)
    rows = rows.exclude(pk=ticket.pk).order_by("due_order", "pk")
    at = ticket.due_order
    same = rows.filter(due_order=at, pk__gt=ticket.pk).first()
    return same or rows.filter(due_order__gt=at).first() or rows.first()


@require_GET
def bulk_macros(request: HttpRequest) -> HttpResponse:
    """The macros of the bar of actions in the queue."""
    require(request.user.is_desk)  # type: ignore[union-attr]
    rows = Macro.objects.visible_to(request.user).order_by("-uses", "name", "pk")[:OFFERED]
    macros = [(macro, steps_words(macro)) for macro in rows]
    return render(request, "tickets/_bulk_macros.html", {"macros": macros})
