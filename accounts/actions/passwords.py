"""A new password, without telling who has an account."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from accounts.events import PasswordResetRequested
from accounts.mails import absolute_url, send_mail
from accounts.models import ResetRequest, User
from core.events import record
from core.text import normalise_email


@transaction.atomic
def request_password_reset(email: str, *, locale: str) -> None:
    """Note the wish. The same work for every address: who it belongs to is looked up later."""
    wish = ResetRequest.objects.create(email=normalise_email(email), locale=locale)
    record(PasswordResetRequested(), subject=wish)


@transaction.atomic
def answer_reset_request(request_id: int) -> None:
    """Mail the link to whoever owns the address, if anybody does; then forget the wish.

    Addresses nobody has get no mail: the desk must not be a way to bother strangers.
    """
    wish = ResetRequest.objects.select_for_update().filter(pk=request_id).first()
    if wish is None:
        return
    user = User.objects.active().filter(email=wish.email).first()
    if user is not None:
        key = default_token_generator.make_token(user)
        path = reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
        )
        send_mail(
            "account/email/password_reset_key",
            user.email,
            {"user": user, "password_reset_url": absolute_url(path)},
            locale=wish.locale,
            dedupe_key=f"reset:{wish.pk}",
        )
    wish.delete()
