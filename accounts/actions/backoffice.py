"""What an administrator changes about somebody else's sign-in."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.errors import AlreadyHasAccount
from accounts.events import AccountCreated, EmailChanged, PasswordChanged
from accounts.mails import send_mail
from accounts.models import User
from core.events import record
from core.text import normalise_email


@transaction.atomic
def note_account_created(user: User, *, actor: User) -> None:
    """Leave the audit line; whoever made the account vouches for its address."""
    vouch_for_email(user)
    record(AccountCreated(), subject=user, actor=actor)


@transaction.atomic
def change_email(user: User, email: str, *, actor: User) -> User:
    """Let somebody sign in with another address and tell the old one; returns the person.

    No confirmation is asked: an administrator vouches for it. Raises AlreadyHasAccount.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    old, email = locked.email, normalise_email(email)
    if email == old:
        return locked
    if User.objects.filter(email=email).exists():
        raise AlreadyHasAccount
    locked.email = email
    locked.save(update_fields=["email"])
    vouch_for_email(locked)
    event = record(EmailChanged(), subject=locked, actor=actor)
    send_mail(
        "account/email/email_changed",
        old,
        {"user": locked, "changed_at": timezone.now()},
        locale=locked.locale,
        dedupe_key=f"email-changed:{event.pk}",
    )
    return locked


@transaction.atomic
def set_password(user: User, password: str | None, *, actor: User) -> User:
    """Give somebody another password (None: none at all), end their sessions, tell them.

    password: already checked against the rules. Returns the person.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.sessions_version += 1  # also when the old password is set again
    locked.save(update_fields=["password", "sessions_version"])
    event = record(PasswordChanged(), subject=locked, actor=actor)
    send_mail(
        "account/email/password_changed",
        locked.email,
        {"user": locked, "changed_at": timezone.now()},
        locale=locked.locale,
        dedupe_key=f"password-changed:{event.pk}",
    )
    return locked


def vouch_for_email(user: User) -> None:
    """Make the address the person's only one, confirmed."""
    rows = EmailAddress.objects.filter(user=user)
    rows.exclude(email=user.email).delete()
    rows.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
