"""Everything that changes an account and has a consequence."""

from accounts.actions.backoffice import change_email, note_account_created, set_password
from accounts.actions.invitations import accept_invitation, invite_staff, revoke_invitation
from accounts.actions.news import set_news, set_news_times, set_preference
from accounts.actions.passwords import answer_reset_request, request_password_reset
from accounts.actions.people import confirm_customer, disable_user, enable_user, set_roles
from accounts.actions.profile import (
    change_theme,
    end_other_sessions,
    note_password_changed,
    update_profile,
)

__all__ = [
    "accept_invitation",
    "answer_reset_request",
    "change_email",
    "change_theme",
    "confirm_customer",
    "disable_user",
    "enable_user",
    "end_other_sessions",
    "invite_staff",
    "note_account_created",
    "note_password_changed",
    "request_password_reset",
    "revoke_invitation",
    "set_news",
    "set_news_times",
    "set_password",
    "set_preference",
    "set_roles",
    "update_profile",
]
