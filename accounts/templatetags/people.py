"""Words about people and invitations."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.templatetags.ui import badge

register = template.Library()
INVITATIONS = {
    "open": (_("Open"), "brand", "mail"),
    "expired": (_("Expired"), "amber", "clock"),
    "revoked": (_("Revoked"), "", "x"),
    "accepted": (_("Accepted"), "green", "check"),
}


@register.filter
def role_words(user: User) -> str:
    """The person's roles, highest last."""
    return ", ".join(str(role.label) for role in Role if role.value in user.role_names)


@register.simple_tag
def invitation_badge(state: str) -> SafeString:
    """Where an invitation stands, as icon and word."""
    word, tone, icon = INVITATIONS[state]
    return badge(word, tone, icon)
