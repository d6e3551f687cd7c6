"""django-allauth's pages where ours differ: one transaction, and a click that proves something."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _


@method_decorator(login_not_required, name="dispatch")
class SignupView(allauth_views.SignupView):
    """Account, details and the mail in the outbox are made together or not at all."""

    @method_decorator(transaction.atomic)
    def form_valid(self, form: BaseForm) -> HttpResponse:
        return super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class ConfirmEmailView(allauth_views.ConfirmEmailView):
    """Confirm the address: account, role and link to the customer in one transaction.

    Whoever registered in this browser only presses the button. Anywhere else the password of the
    registration is asked for, too: else a stranger could register somebody's address and wait
    until its owner presses the button in good faith, to enter with the stranger's password.
    """

    def is_own_browser(self) -> bool:
        """Whether the registration to be confirmed was made in this session."""
        login = unstash_login(self.request, peek=True)
        user_id = self.object.email_address.user_id
        return bool(login and login.user and login.user.pk == user_id)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if not self.is_own_browser() and (error := self.password_error()):
            return self.render_to_response(self.get_context_data(error=error), status=422)
        with transaction.atomic():
            return super().post(*args, **kwargs)

    def password_error(self) -> str:
        """Why the typed password does not do; counted by the limits of sign-in. "" = it does."""
        password = self.request.POST.get("password", "")
        user = self.object.email_address.user
        try:
            right = bool(password) and get_adapter(self.request).reauthenticate(user, password)
        except ValidationError as error:
            return " ".join(error.messages)
        return "" if right else _("That is not the password chosen at registration.")

    def logout_other_user(self, confirmation: Any) -> None:
        """Only by the button: a look at the page changes nothing (A15)."""
        if self.request.method == "POST":
            super().logout_other_user(confirmation)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.object:
            context["needs_password"] = not self.is_own_browser()
        return context


@method_decorator(login_not_required, name="dispatch")
class PasswordResetFromKeyView(allauth_views.PasswordResetFromKeyView):
    """The mailed link also proves the address: no second mail is needed to confirm it."""

    @method_decorator(transaction.atomic)
    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        user = self.reset_user
        address = EmailAddress.objects.filter(user=user, email=user.email, verified=False).first()
        if address and user.is_active:
            get_adapter(self.request).confirm_email(self.request, address)
        return response


@login_not_required
def register(request: HttpRequest) -> HttpResponse:
    """A short address for mails and posters."""
    return redirect("account_signup")
