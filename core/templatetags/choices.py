"""Tick boxes of a filter, made in one go: a widget template for each of 300 would take longer
than the rest of the page."""

from django import template
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def tick_boxes(field: BoundField) -> SafeString:
    """Every choice of a multiple (or radio) field as a labelled box, those chosen ticked."""
    value = field.value()
    values = value if isinstance(value, list | tuple) else [value]
    chosen = {str(part) for part in values if part is not None}
    name = field.html_name
    kind = getattr(field.field.widget, "input_type", "checkbox")
    choices = field.field.choices  # type: ignore[attr-defined] # the caller asked its kind
    return format_html_join(
        "",
        '<label class="row-x"><input class="form-check-input m-0" type="{}" name="{}" value="{}"{}>'
        "<span>{}</span></label>",
        (
            (kind, name, key, mark_safe(" checked") if str(key) in chosen else "", label)
            for key, label in choices
        ),
    )
