"""The desk's pages: ticket, call entry, settings. Doors only; rules are in actions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from attachments.responses import file_response
from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require
from core.submissions import made_before, once
from core.text import is_key
from customers.models import Customer
from devices.models import Device
from tickets import actions, permissions
from tickets.actions.calls import take_call
from tickets.around import what_is_known
from tickets.calls import find_callers
from tickets.closing import closing_day
from tickets.composer import (
    NoteComposer,
    ReplyComposer,
    composer,
    keep_for_target,
    keep_stale,
    replies_on_their_way,
)
from tickets.errors import StaleReply, VisitChanged
from tickets.forms import (
    AssignForm,
    CallForm,
    SettingsForm,
    StatusForm,
    TicketEditForm,
)
from tickets.links import open_incidents
from tickets.models import DeskSettings, Message, Ticket, TicketFile
from tickets.moved_words import refuse_elsewhere
from tickets.presence import people_on
from tickets.ticket_page import (
    JOINED,
    add_files,
    decision_on,
    relatives,
    with_people,
    without_report,
)
from tickets.timeline import Place, timeline
from tickets.timeline_filter import PARTS, part_of
from tickets.visit_forms import VisitForm


def ticket_for(request: HttpRequest, pk: int, *, lock: bool = False) -> Ticket:
    """The ticket with what its page shows, among those the person may see; else 404."""
    rows = Ticket.objects.visible_to(request.user).select_related(*JOINED)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return with_people(get_object_or_404(rows, pk=pk))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticket page."""
    return _show(request, ticket_for(request, pk))


def _show(request: HttpRequest, ticket: Ticket, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with the forms somebody filled wrongly where there are any."""
    before = Place.read(request.GET["before"]) if "before" in request.GET else None
    part = part_of(request.GET.get("show", "all"))
    user = request.user
    known = what_is_known(ticket)
    entries, earlier = timeline(ticket, before=before, part=part)
    sending = replies_on_their_way(ticket) if known.is_sending else []
    report_files = add_files(ticket, entries, sending) if known.has_files else []
    has_report = part.has_report and earlier is None
    can_assign = permissions.can_assign(user, ticket)
    context = {
        "ticket": ticket,
        "entries": without_report(entries, ticket),
        "earlier": earlier,
        "is_latest": before is None,
        "last_event": known.last_event,
        "split_from": ticket.pk if permissions.can_split(user, ticket) else None,
        "parts": PARTS.values(),
        "part": part,
        "has_report": has_report,
        "opened_on": timezone.localtime(ticket.opened_at).date() if has_report else None,
        "report_files": report_files,
        "sending": sending,
        "has_thanks": any(entry.is_thanks for entry in entries),
        "decision": None if can_assign else decision_on(ticket),
        **relatives(ticket, user, has_any=known.has_relatives),
        **composer(ticket, user, known),
        **_opened_form(request, ticket),
        "closes_on": closing_day(ticket),
        "now": timezone.now(),
        "here": people_on(ticket.pk, but=user.pk),
        "can": {
            name: getattr(permissions, f"can_{name}")(user, ticket)
            for name in (
                "reply",
                "note",
                "edit",
                "assign",
                "book_visit",
                "change_status",
                "log_work",
                "merge",
                "undo_merge",
                "snooze",
            )
        },
    }
    return render(request, "tickets/detail.html", context | forms, status=status)


def _opened_form(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """The form of the rail somebody opened; the page does without them until then."""
    match request.GET.get("form"):
        case "status":
            return {"status_form": StatusForm(ticket=ticket, user=request.user)}
        case "visit":
            return {"visit_form": VisitForm(ticket=ticket)}
    return {}


@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the customer."""
    ticket = ticket_for(request, pk)
    if (made := made_before(request)) is not None:
        return redirect(made.ticket)
    require(permissions.can_reply(request.user, ticket))
    form = ReplyComposer(request.POST, request.FILES, ticket=ticket)
    if form.is_valid():
        if (target := keep_for_target(form, ticket, request.user)) is not None:
            words = {"old": ticket.reference, "new": target.reference}
            messages.warning(
                request,
                _("%(old)s was merged into %(new)s. Your reply is not sent, it is kept below.")
                % words,
            )
            return redirect(target)
        try:
            message, _is_new = once(
                form.submission,
                lambda: _send(ticket, form, request.user),
                actor=request.user,
            )
        except StaleReply as stale:
            newer = keep_stale(form, stale, ticket, request.user)
            at = request.POST.get("send_at", "")
            return _show(request, ticket, status=409, newer=newer, send_at=at)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            return redirect(message.ticket)
    return _show(request, ticket, status=422, reply_form=form)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell colleagues."""
    ticket = ticket_for(request, pk)
    if made_before(request) is not None:
        return redirect(ticket)
    require(permissions.can_note(request.user, ticket))
    form = NoteComposer(request.POST, request.FILES)
    if form.is_valid():
        try:
            once(
                form.submission,
                lambda: _add_note(ticket, form.cleaned_data, request.user),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            return redirect(ticket)
    return _show(request, ticket, status=422, note_form=form, compose="note")


@transaction.atomic
def _send(ticket: Ticket, form: ReplyComposer, user: Any) -> Message:
    refuse_elsewhere(ticket, user, permissions.can_reply, same_customer=True)
    return actions.send_reply(ticket, form.new_reply(), actor=user)


@transaction.atomic
def _add_note(ticket: Ticket, data: dict[str, Any], user: Any) -> Message:
    refuse_elsewhere(ticket, user, permissions.can_note, same_customer=False)
    return actions.add_note(
        ticket, data["body"], actor=user, files=data["files"], kept=data["kept"]
    )


@require_POST
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the ticket along MOVES."""
    ticket = ticket_for(request, pk)
    require(permissions.can_change_status(request.user, ticket))
    form = StatusForm(request.POST, ticket=ticket, user=request.user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            moved = actions.change_status(
                ticket,
                data["to"],
                actor=request.user,
                resolution=data["resolution"],
                custom=form.custom_values,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            words = {"ticket": moved.reference, "status": moved.get_status_display()}
            messages.success(request, _("%(ticket)s is now “%(status)s”.") % words)
            return redirect(_after_status(moved, request.user))
    return _show(request, ticket, status=422, status_form=form)


def _after_status(ticket: Ticket, user: Any) -> str:
    """A problem that is dealt with offers to answer those who reported it."""
    if not ticket.is_live:
        waiting = open_incidents(ticket, user)
        if permissions.can_answer_incidents(user, ticket, waiting):
            return reverse("tickets:incidents", args=[ticket.pk])
    return ticket.get_absolute_url()


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the ticket to somebody, or to nobody."""
    ticket = ticket_for(request, pk)
    require(permissions.can_assign(request.user, ticket))
    if request.POST.get("technician") == "me":
        actions.take_ticket(ticket, actor=request.user)
        messages.success(request, _("%(ticket)s is yours.") % {"ticket": ticket.reference})
        return redirect(ticket)
    form = AssignForm(request.POST)
    if not form.is_valid():
        raise BadRequest("no such technician")
    chosen = form.cleaned_data["technician"]
    if chosen is None:
        actions.unassign_ticket(ticket, actor=request.user)
        messages.success(request, _("%(ticket)s is unassigned.") % {"ticket": ticket.reference})
    else:
        actions.choose_technician(ticket, chosen, actor=request.user)
        words = {"ticket": ticket.reference, "name": chosen}
        messages.success(request, _("%(ticket)s is assigned to %(name)s.") % words)
    return redirect(ticket)


@require_POST
def book_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a visit, or move the one that is booked."""
    ticket = ticket_for(request, pk)
    require(permissions.can_book_visit(request.user, ticket))
    form = VisitForm(request.POST, ticket=ticket)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.book_visit(
                ticket, data["technician"], data["starts_at"], data["minutes"], actor=request.user
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("The visit is booked."))
            return redirect(ticket)
    ticket = ticket_for(request, pk)
    # The page shows the visit as it stands now; pressing again is about that one.
    form.data = {**form.data.dict(), "seen": ticket.booking_id or ""}
    return _show(request, ticket, status=422, visit_form=form)


@require_POST
def cancel_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the visit off."""
    ticket = ticket_for(request, pk)
    require(permissions.can_book_visit(request.user, ticket))
    if request.POST.get("seen", "") != str(ticket.booking_id or ""):
        raise VisitChanged
    actions.cancel_visit(ticket, actor=request.user)
    messages.success(request, _("The visit is cancelled."))
    return redirect(ticket)


@require_GET
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the best technicians, ranked as of now."""
    ticket = ticket_for(request, pk)
    require(permissions.can_assign(request.user, ticket))
    context = {
        "ticket": ticket,
        "ranking": actions.propose(ticket),
        "decision": decision_on(ticket),
    }
    return render(request, "tickets/_dispatch.html", context)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change properties; the second of two savers meets the conflict page."""
    if request.method != "POST":
        ticket = ticket_for(request, pk)
        require(permissions.can_edit(request.user, ticket))
        return _show_edit(request, ticket, TicketEditForm(instance=ticket))
    with transaction.atomic():
        ticket = ticket_for(request, pk, lock=True)
        require(permissions.can_edit(request.user, ticket))
        form = TicketEditForm(request.POST, instance=ticket)
        if form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=ticket.get_absolute_url())
            try:
                actions.edit_ticket(ticket, form.merged_data, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Changes saved."))
                return redirect("tickets:detail", pk=pk)
    return _show_edit(request, ticket_for(request, pk), form, status=422)


def _show_edit(
    request: HttpRequest, ticket: Ticket, form: TicketEditForm, status: int = 200
) -> HttpResponse:
    return render(request, "tickets/edit.html", {"ticket": ticket, "form": form}, status=status)


def create(request: HttpRequest) -> HttpResponse:
    """A customer call: find or make the customer, then the problem. One page, one form."""
    require(permissions.can_open_for_any_customer(request.user))
    if (made := made_before(request)) is not None:
        return redirect(made)
    words = request.GET.get("q", "")
    customer = _picked_customer(request)
    form = CallForm(initial=_call_initial(request, words), customer=customer)
    status = 200
    if request.method == "POST":
        form = CallForm(request.POST, request.FILES, customer=customer)
        if form.is_valid():
            try:
                ticket, _is_new = once(
                    form.submission,
                    lambda: _take(form, customer, request.user),
                    actor=request.user,
                )
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(
                    request, _("Ticket %(number)s opened.") % {"number": ticket.reference}
                )
                return redirect(ticket)
        status = 422
    callers = find_callers(words) if words and customer is None else []
    context = {"form": form, "customer": customer, "words": words, "callers": callers}
    return render(request, "tickets/create.html", context, status=status)


def _picked_customer(request: HttpRequest) -> Customer | None:
    """The customer named by the form or the address, or None for a new one."""
    typed = request.POST.get("customer") or request.GET.get("customer", "")
    if not typed:
        return None
    if not is_key(typed):
        raise BadRequest("customer must be a number")
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=typed)


def _call_initial(request: HttpRequest, words: str) -> dict[str, Any]:
    """What is known from the search: ids that were picked, or words as phone, e-mail or name."""
    initial: dict[str, Any] = {
        "requester": request.GET.get("contact"), "device": request.GET.get("device"),
    }  # fmt: skip
    if "@" in words:
        initial["email"] = words
    elif any(char.isdigit() for char in words):
        initial["phone"] = words
    else:
        initial["name"] = words
    return initial


def _take(form: CallForm, customer: Customer | None, user: Any) -> Ticket:
    data = form.cleaned_data
    caller = {name: data.get(name) for name in ("requester", "name", "company", "phone", "email")}
    problem = {
        "subject": data["subject"],
        "description": data["description"],
        "category": data["category"],
        "priority": data["priority"],
        "device": data.get("device"),
        "custom": form.custom_values,
    }
    return take_call(caller, problem, actor=user, customer=customer, files=data["files"])


@require_GET
def callers(request: HttpRequest) -> HttpResponse:
    """Matches while the agent types."""
    require(permissions.can_open_for_any_customer(request.user))
    words = request.GET.get("q", "")
    context = {"callers": find_callers(words), "words": words}
    return render(request, "tickets/_callers.html", context)


@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a ticket the person may see."""
    rows = TicketFile.objects.filter(ticket__in=Ticket.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("stored"), pk=pk)
    return file_response(found.stored, inline="show" in request.GET)


@require_GET
def customer_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest tickets of a customer, for the customer page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    return _panel(request, customer.tickets, customer.name)


@require_GET
def device_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest tickets of a device, for the device page and the ticket's rail."""
    device = get_object_or_404(Device.objects.visible_to(request.user), pk=pk)
    return _panel(request, device.tickets, device.serial)


def _panel(request: HttpRequest, tickets: Any, search: str, limit: int = 10) -> HttpResponse:
    rows = list(
        tickets.visible_to(request.user).with_row().order_by("-opened_at", "-pk")[: limit + 1]
    )
    context = {
        "tickets": rows[:limit],
        "has_more": len(rows) > limit,
        "search": search,
        "is_compact": "compact" in request.GET,
    }
    return render(request, "tickets/_panel.html", context)


def settings(request: HttpRequest) -> HttpResponse:
    """The desk's switches, for managers."""
    require(permissions.can_change_settings(request.user))
    stored = DeskSettings.load()
    form = SettingsForm(request.POST or None, instance=stored)
    if request.method == "POST":
        if form.is_valid():
            actions.change_settings(form.cleaned_data, actor=request.user)
            messages.success(request, _("Settings saved."))
            return redirect("tickets:settings")
        return render(request, "tickets/settings.html", {"form": form}, status=422)
    return render(request, "tickets/settings.html", {"form": form})
