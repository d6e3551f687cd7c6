"""{% kept %}: a part of a page that is made once, see core.fragments."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.fragments import FRAGMENTS, NUMBER_MARK, TOKEN_MARK

register = template.Library()


class KeptNode(template.Node):
    """The block between kept and endkept."""

    def __init__(
        self,
        name: str,
        parts: Sequence[FilterExpression],
        nodes: NodeList,
        number: FilterExpression | None = None,
    ) -> None:
        self.name, self.parts, self.nodelist, self.number = name, parts, nodes, number

    def render(self, context: Any) -> SafeString:
        if self.number is None:
            return self._render(context)
        number = int(self.number.resolve(context))
        with context.push(number=NUMBER_MARK):
            html = self._render(context)
        return mark_safe(html.replace(str(NUMBER_MARK), str(number)))

    def _render(self, context: Any) -> SafeString:
        values = [part.resolve(context) for part in self.parts]
        if not all(_is_known(value) for value in values):
            return self.nodelist.render(context)
        # The words of a key and not the objects: a record that changed has the same key.
        key = (self.name, get_language(), *map(str, values))
        html = FRAGMENTS.get(key, lambda: self._make(context))
        if TOKEN_MARK in html and not getattr(context.request, "makes_fragment", False):
            html = html.replace(TOKEN_MARK, get_token(context.request))
        return mark_safe(html)

    def _make(self, context: Any) -> str:
        request = context.request
        is_inside = getattr(request, "makes_fragment", False)
        request.makes_fragment = True
        try:
            return str(self.nodelist.render(context))
        finally:
            request.makes_fragment = is_inside


def _is_known(value: object) -> bool:
    """None and the empty text of a variable that is not there are no keys."""
    return value is not None and value != ""


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """{% kept "name" a b %}…{% endkept %}: the block, made once for this name, language, a and b.

    Everything the block shows must follow from these. A part that is empty or missing: the block
    is made anew, so a page without a key is right, only slower. Forms inside use csrf_field.
    Not for what depends on the reader's time zone.

    number=record.pk: inside, `number` stands for the number of the record, and the block is made
    once for all of them. Only for showing it: as a condition it is the same for every record.
    """
    words = token.split_contents()
    if len(words) < 3 or words[1][0] not in "\"'":
        raise TemplateSyntaxError('kept needs a "name" in quotes and at least one part of a key')
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    given = [word.removeprefix("number=") for word in words if word.startswith("number=")]
    parts = [parser.compile_filter(word) for word in words[2:] if not word.startswith("number=")]
    number = parser.compile_filter(given[0]) if given else None
    return KeptNode(words[1][1:-1], parts, nodes, number)
