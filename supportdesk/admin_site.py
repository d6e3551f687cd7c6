"""The admin site: signs in through the ordinary page, so limits and second factors hold."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class DeskAdminSite(admin.AdminSite):
    site_header = site_title = _("Supportdesk administration")
    index_title = _("Everything the desk stores")

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One sign-in page for everybody; somebody signed in without the right goes home."""
        if request.user.is_authenticated and not self.has_permission(request):
            return redirect("core:home")
        return redirect_to_login(
            request.GET.get("next", reverse("admin:index")), reverse("account_login")
        )
