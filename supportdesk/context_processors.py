"""What every template may use: the name of the desk and the menu."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from supportdesk.navigation import FIELD_MENU, PORTAL_MENU, STAFF_MENU, menu_for


def site(request: HttpRequest) -> dict[str, Any]:
    """Add the installation's own name and phone number, and the menus (built when shown)."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support_phone": settings.SUPPORT_PHONE,
        "staff_menu": SimpleLazyObject(lambda: menu_for(request, STAFF_MENU)),
        "portal_menu": SimpleLazyObject(lambda: menu_for(request, PORTAL_MENU)),
        "field_menu": SimpleLazyObject(lambda: menu_for(request, FIELD_MENU)),
    }
