"""In which frame a person sees their own pages."""

from django.http import HttpRequest


def shell_of(request: HttpRequest) -> str:
    """The frame a person's own pages have: the one they work in."""
    user = request.user
    if user.is_customer:
        return "base_portal.html"
    return "base_field.html" if user.is_technician and not user.is_desk else "base.html"
