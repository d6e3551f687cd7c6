"""Words that were found, marked in a text; PostgreSQL marks, this makes it safe HTML."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Private characters: nothing a person types, and nothing the escaping touches.
START, STOP, JOIN = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{START}(.*?){STOP}", re.DOTALL)
_STRAY = re.compile(f"[{START}{STOP}]|{JOIN} ?")


def marked(text: str) -> SafeString:
    """Escaped, with <mark> around what matched. Strays are what somebody typed: dropped."""
    safe = _MARKED.sub(r"<mark>\1</mark>", escape(text))
    return mark_safe(_STRAY.sub("", safe))
