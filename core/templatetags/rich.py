"""Text people wrote, shown safely."""

from django import template
from django.utils.safestring import SafeString

from core.richtext import render_plain

register = template.Library()


@register.filter
def plain(text: str) -> SafeString:
    """Plain text with paragraphs, line breaks and safe links; nothing in it is markup."""
    return render_plain(text)
