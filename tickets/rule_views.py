"""Doors of rules: the list in order, one rule, its dry run, and the log."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require
from core.submissions import made_before, once
from core.text import is_key
from tickets import permissions
from tickets.actions.rules import (
    change_rule,
    create_rule,
    delete_rule,
    move_rule,
    request_trial,
)
from tickets.filters import options
from tickets.models import AutomationRule, RuleRun, Ticket
from tickets.rule_deeds import deeds_words, known_to
from tickets.rule_forms import RuleForm
from tickets.rule_known import NOTHING_KNOWN, Known
from tickets.rule_trials import shown
from tickets.rule_words import condition_words, when_words, would_words

LOGGED = 50  # runs of one page


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules in the order they are tried."""
    require(permissions.can_change_rules(request.user))
    known = options()
    rows = list(AutomationRule.objects.visible_to(request.user).in_order())
    named = known_to(rule.deeds for rule in rows)
    shown = [_in_words(rule, known, named) for rule in rows]
    return render(request, "tickets/rules.html", {"rows": shown})


def _in_words(rule: AutomationRule, known: Any, named: Known = NOTHING_KNOWN) -> dict[str, Any]:
    return {
        "rule": rule,
        "when": when_words(rule),
        "conditions": condition_words(rule, known),
        "deeds": deeds_words(rule.deeds, named),
    }


def rule_create(request: HttpRequest) -> HttpResponse:
    """Write a new rule."""
    require(permissions.can_change_rules(request.user))
    made = made_before(request)
    if made is not None:
        return redirect(made)
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, _is_new = once(
                form.submission,
                lambda: create_rule(form.values, actor=request.user),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("%(name)s saved. Try it before you use it.")
                             % {"name": made})  # fmt: skip
            return redirect("tickets:rule_try", made.pk)
    return _show_form(request, form, None)


def rule_for(request: HttpRequest, pk: int, *, lock: bool = False) -> AutomationRule:
    """The rule of the address, for somebody who may change it; else 403 or 404."""
    require(permissions.can_change_rules(request.user))
    rows = AutomationRule.objects.visible_to(request.user)
    return get_object_or_404(rows.select_for_update() if lock else rows, pk=pk)


def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule, to be changed; the second of two savers is told, and keeps what they typed."""
    with transaction.atomic():
        stored = rule_for(request, pk, lock=request.method == "POST")
        form = RuleForm(request.POST or None, rule=stored)
        if request.method == "POST" and form.is_valid():
            if form.is_stale:
                return _show_stale(request, form, stored)
            try:
                with transaction.atomic():
                    change_rule(stored, form.values, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("%(name)s saved.") % {"name": form.values["name"]})
                return redirect("tickets:rules")
    return _show_form(request, form, stored)


def _show_stale(request: HttpRequest, form: RuleForm, stored: AutomationRule) -> HttpResponse:
    typed = request.POST.copy()
    typed["seen"] = str(stored.version)
    again = RuleForm(typed, rule=stored)
    theirs = _in_words(stored, options())
    return _show_form(request, again, stored, status=409, theirs=theirs)


def _show_form(
    request: HttpRequest,
    form: RuleForm,
    stored: AutomationRule | None,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "rule": stored, **more}
    status = status or (422 if request.method == "POST" else 200)
    return render(request, "tickets/rule.html", context, status=status)


@require_POST
def rule_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Try it earlier, or later."""
    move_rule(rule_for(request, pk), up=request.POST.get("way") == "up", actor=request.user)
    return redirect("tickets:rules")


@require_POST
def rule_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Do this no more."""
    stored = rule_for(request, pk)
    name = str(stored)
    delete_rule(stored, actor=request.user)
    messages.success(request, _("%(name)s deleted.") % {"name": name})
    return redirect("tickets:rules")


def rule_try(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would have touched; a post has a worker look anew."""
    stored = rule_for(request, pk)
    if request.method == "POST":
        request_trial(stored, actor=request.user)
        return redirect("tickets:rule_try", pk)
    context = _trial(request, stored) | _in_words(stored, options())
    return render(request, "tickets/rule_try.html", context)


@require_GET
def rule_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the dry run is, and what it found."""
    return render(request, "tickets/_rule_trial.html", _trial(request, rule_for(request, pk)))


def _trial(request: HttpRequest, stored: AutomationRule) -> dict[str, Any]:
    trial = stored.trials.order_by("-pk").first()
    rows: list[Any] = []
    if trial is not None and trial.finished_at:
        keys = [row["ticket"] for row in trial.found]
        found = Ticket.objects.visible_to(request.user).filter(pk__in=keys)
        tickets = list(found.select_related("customer", "technician__user", "category"))
        would = would_words(stored, tickets)
        rows = [(ticket, row, would[ticket.pk]) for ticket, row in shown(trial, tickets)]
    return {"rule": stored, "trial": trial, "rows": rows}


@require_GET
def rule_log(request: HttpRequest) -> HttpResponse:
    """What the rules did, the newest first. ?rule=: of one; ?before=: older than this run."""
    require(permissions.can_change_rules(request.user))
    asked = {name: _key(request.GET.get(name, "")) for name in ("rule", "before")}
    visible = Ticket.objects.visible_to(request.user)
    rows = RuleRun.objects.filter(ticket__in=visible).select_related("ticket", "event")
    of_rule = None
    if asked["rule"]:
        of_rule = get_object_or_404(
            AutomationRule.objects.visible_to(request.user), pk=asked["rule"]
        )
        rows = rows.filter(rule=of_rule)
    if asked["before"]:
        rows = rows.filter(pk__lt=asked["before"])
    runs = list(rows.order_by("-pk")[: LOGGED + 1])
    context = {
        "runs": runs[:LOGGED],
        "older": runs[LOGGED - 1].pk if len(runs) > LOGGED else None,
        "rule": of_rule,
    }
    return render(request, "tickets/rule_log.html", context)


def _key(text: str) -> int | None:
    if not text:
        return None
    if not is_key(text):
        raise BadRequest("no key")
    return int(text)
