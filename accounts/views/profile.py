"""What everybody signed in may set about themselves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.forms.profile import PreferencesForm, ProfileForm
from accounts.models import NewsKind, Theme
from core.decorators import for_everyone
from core.errors import RuleError
from core.http import add_rule_error


def shell_of(request: HttpRequest) -> str:
    """The frame a person's own pages have: the one they work in."""
    user = request.user
    if user.is_customer:
        return "base_portal.html"
    return "base_field.html" if user.is_technician and not user.is_desk else "base.html"


def show(request: HttpRequest, page: str, status: int = 200, **context: Any) -> HttpResponse:
    """One of the pages of the account in the reader's frame."""
    context |= {"shell": shell_of(request), "here": page}
    return render(request, f"accounts/{page}.html", context, status=status)


@for_everyone
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method != "POST":
        return show(request, "profile", form=form)
    if not form.is_valid():
        # The form has written what was typed into request.user, which the page itself shows.
        request.user.refresh_from_db()
        return show(request, "profile", status=422, form=form)
    user = actions.update_profile(request.user, form.cleaned_data, actor=request.user)
    with override(user.locale):
        messages.success(request, _("Profile saved."))
    return redirect("accounts:profile")


@for_everyone
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method != "POST":
        return show(request, "preferences", form=form)
    if form.is_valid():
        try:
            for kind, channel in form.cleaned_data.items():
                actions.set_preference(request.user, NewsKind(kind), channel, actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("Preferences saved."))
            return redirect("accounts:preferences")
    return show(request, "preferences", status=422, form=form)


@for_everyone
def sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    if request.method == "POST":
        user = actions.end_other_sessions(request.user)
        update_session_auth_hash(request, user)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("accounts:sessions")
    return show(request, "sessions")


@for_everyone
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the colours chosen in the menu."""
    if request.POST.get("theme") not in Theme.values:
        return HttpResponseBadRequest(_("Choose auto, light or dark."), content_type="text/plain")
    actions.change_theme(request.user, request.POST["theme"])
    return HttpResponse(status=204)
