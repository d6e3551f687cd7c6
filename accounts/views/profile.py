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
from accounts.forms.profile import ProfileForm
from accounts.frames import shell_of
from accounts.models import Theme
from core.decorators import for_everyone


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
