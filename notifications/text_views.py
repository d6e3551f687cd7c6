"""What our mail and SMS say: managers read it, administrators write it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.conflicts import conflict_page
from core.errors import RuleError
from core.http import add_rule_error
from core.permissions import require
from notifications.actions import change_wording, reset_wording, restore_wording, try_wording
from notifications.actions.wordings import checked_words
from notifications.audiences import Audience
from notifications.models import BODY_LENGTH, MessageKind, Rule, Wording, WordingRevision
from notifications.permissions import can_edit_texts, can_see_texts
from notifications.placeholders import known_in
from notifications.starts import new_wording
from notifications.trying import mail_to_try, preview_of
from notifications.wording_forms import WordingForm

REVISIONS = 50


@require_GET
def texts(request: HttpRequest) -> HttpResponse:
    """Every kind of message in every language, and whose words it has."""
    require(can_see_texts(request.user))
    author = WordingRevision.objects.filter(wording=OuterRef("pk")).order_by("-number")
    rows = Wording.objects.visible_to(request.user).in_use().defer("body", "sms")
    rows = rows.annotate(author_name=Subquery(author.values("author_name")[:1]))
    ours = {(row.kind, row.language): row for row in rows}
    to_customers = set(
        Rule.objects.filter(audience=Audience.REQUESTER).values_list("template", flat=True)
    )
    lines = [
        (kind, language, name, ours.get((kind.value, language)))
        for kind in MessageKind
        for language, name in settings.LANGUAGES
    ]
    context = {
        "groups": [
            (_("To customers"), [line for line in lines if line[0].value in to_customers]),
            (_("To colleagues"), [line for line in lines if line[0].value not in to_customers]),
        ],
        "many_languages": len(settings.LANGUAGES) > 1,
        "can_edit": can_edit_texts(request.user),
    }
    return render(request, "notifications/texts.html", context)


def text_edit(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The words of one message; the second of two savers meets the conflict page."""
    require(can_see_texts(request.user))
    is_post = request.method == "POST"
    require(can_edit_texts(request.user) or not is_post)
    with transaction.atomic():
        stored = _wording(kind, language, lock=is_post)
        form = WordingForm(request.POST or None, instance=stored)
        if is_post and form.is_valid():
            if form.stale_conflicts:
                return conflict_page(request, form, cancel_url=stored.get_absolute_url())
            try:
                with transaction.atomic():
                    change_wording(kind, language, form.merged_data, actor=request.user)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("These words are used from now on."))
                return redirect("notifications:texts")
    return _show_form(request, form, status=422 if is_post else 200)


@require_POST
def text_preview(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """What somebody is writing, on the newest message of the kind."""
    require(can_see_texts(request.user))
    wording = _wording(kind, language)
    _take_typed(wording, request)
    context = {"shown": preview_of(wording, request.user)}
    return render(request, "notifications/_text_preview.html", context)


@require_POST
def text_try(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Send what somebody is writing to themselves; nothing is saved, what was typed stays."""
    require(can_edit_texts(request.user))
    form = WordingForm(request.POST, instance=_wording(kind, language))
    if not form.is_valid():
        return _show_form(request, form, status=422)
    wording = new_wording(kind, language)
    try:
        for name, value in checked_words(kind, form.cleaned_data).items():
            setattr(wording, name, value)
    except RuleError as error:
        add_rule_error(form, error)
        return _show_form(request, form, status=422)
    mail, ticket_id = mail_to_try(wording, request.user)
    try_wording(wording, mail, ticket_id=ticket_id, actor=request.user)
    if settings.EMAIL_CONFIGURED:
        tried = _("A test is on its way to %(address)s. Nothing is saved yet.")
    else:
        tried = _("A test for %(address)s waits in the outbox: no e-mail account is configured.")
    return _show_form(request, form, tried=tried % {"address": request.user.email})


@require_POST
def text_reset(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Back to the shipped words."""
    require(can_edit_texts(request.user))
    try:
        reset_wording(_wording(kind, language), actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The shipped words are used from now on."))
    return redirect("notifications:text_edit", kind, language)


@require_GET
def text_history(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Every text it had, newest first, with who wrote it and when."""
    require(can_see_texts(request.user))
    wording = _wording(kind, language)
    found = WordingRevision.objects.filter(wording=wording.pk)[: REVISIONS + 1]
    context = {
        "wording": wording,
        "revisions": found[:REVISIONS],
        "is_cut": len(found) > REVISIONS,
        "can_edit": can_edit_texts(request.user),
    }
    return render(request, "notifications/text_history.html", context)


@require_POST
def text_restore(request: HttpRequest, kind: str, language: str, number: int) -> HttpResponse:
    """Use earlier words again."""
    require(can_edit_texts(request.user))
    wording = _wording(kind, language)
    revision = get_object_or_404(WordingRevision, wording=wording.pk, number=number)
    try:
        restore_wording(revision, actor=request.user)
    except RuleError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The text is as it was in version %(n)s.") % {"n": number})
    return redirect(wording)


def _wording(kind: str, language: str, *, lock: bool = False) -> Wording:
    """Our words, else the shipped ones to begin with; 404 for what we do not send."""
    if kind not in MessageKind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    rows = Wording.objects.select_for_update() if lock else Wording.objects.all()
    return rows.filter(kind=kind, language=language).first() or new_wording(kind, language)


def _take_typed(wording: Wording, request: HttpRequest) -> None:
    for name in WordingForm.Meta.fields:
        if name in request.POST:
            setattr(wording, name, request.POST[name].replace("\r\n", "\n")[:BODY_LENGTH])


def _show_form(
    request: HttpRequest, form: WordingForm, *, tried: str = "", status: int = 200
) -> HttpResponse:
    stored = _wording(form.instance.kind, form.instance.language)
    shown = new_wording(stored.kind, stored.language)
    for name in WordingForm.Meta.fields:
        setattr(shown, name, str(form[name].value() or "").replace("\r\n", "\n")[:BODY_LENGTH])
    context: dict[str, Any] = {
        "form": form,
        "wording": stored,
        "placeholders": known_in(stored.kind),
        "shown": preview_of(shown, request.user),
        "tried": tried,
        "can_edit": can_edit_texts(request.user),
    }
    return render(request, "notifications/text_edit.html", context, status=status)
