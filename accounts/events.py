"""What can happen to a person's account. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class StaffInvited(DomainEvent):
    name: ClassVar[str] = "account.invited"
    sentence: ClassVar[str] = _("invited a colleague as {role}")
    role: str


@event
@dataclass(frozen=True)
class InvitationRevoked(DomainEvent):
    name: ClassVar[str] = "account.invitation_revoked"
    sentence: ClassVar[str] = _("revoked the invitation")


@event
@dataclass(frozen=True)
class InvitationAccepted(DomainEvent):
    name: ClassVar[str] = "account.invitation_accepted"
    sentence: ClassVar[str] = _("accepted the invitation as {role}")
    role: str


@event
@dataclass(frozen=True)
class InvitationRefused(DomainEvent):
    name: ClassVar[str] = "account.invitation_refused"
    sentence: ClassVar[str] = _("was refused an invitation link: {reason}")
    reason: str


@event
@dataclass(frozen=True)
class AccountConfirmed(DomainEvent):
    name: ClassVar[str] = "account.confirmed"
    sentence: ClassVar[str] = _("confirmed the e-mail address")


@event
@dataclass(frozen=True)
class AccountDisabled(DomainEvent):
    name: ClassVar[str] = "account.disabled"
    sentence: ClassVar[str] = _("disabled the account")


@event
@dataclass(frozen=True)
class AccountEnabled(DomainEvent):
    name: ClassVar[str] = "account.enabled"
    sentence: ClassVar[str] = _("enabled the account")


@event
@dataclass(frozen=True)
class RolesChanged(DomainEvent):
    name: ClassVar[str] = "account.roles_changed"
    sentence: ClassVar[str] = _("set the roles to {roles}")
    roles: str


@event
@dataclass(frozen=True)
class ProfileChanged(DomainEvent):
    name: ClassVar[str] = "account.profile_changed"
    sentence: ClassVar[str] = _("changed the profile: {fields}")
    fields: str


@event
@dataclass(frozen=True)
class PreferenceChanged(DomainEvent):
    name: ClassVar[str] = "account.preference_changed"
    sentence: ClassVar[str] = _("chose {channel} for {kind}")
    kind: str
    channel: str


@event
@dataclass(frozen=True)
class NewsTimesChanged(DomainEvent):
    """fields: what was changed, never to what: when somebody sleeps is nobody's business."""

    name: ClassVar[str] = "account.news_times_changed"
    sentence: ClassVar[str] = _("changed when news may come: {fields}")
    fields: str


@event
@dataclass(frozen=True)
class PasswordChanged(DomainEvent):
    name: ClassVar[str] = "account.password_changed"
    sentence: ClassVar[str] = _("changed the password")


@event
@dataclass(frozen=True)
class EmailChanged(DomainEvent):
    name: ClassVar[str] = "account.email_changed"
    sentence: ClassVar[str] = _("changed the e-mail address of the sign-in")


@event
@dataclass(frozen=True)
class AccountCreated(DomainEvent):
    name: ClassVar[str] = "account.created"
    sentence: ClassVar[str] = _("made the account in the administration")


@event
@dataclass(frozen=True)
class SessionsEnded(DomainEvent):
    name: ClassVar[str] = "account.sessions_ended"
    sentence: ClassVar[str] = _("signed out everywhere else")


@event
@dataclass(frozen=True)
class PasswordResetRequested(DomainEvent):
    name: ClassVar[str] = "account.reset_requested"
    sentence: ClassVar[str] = _("asked for a new password")
