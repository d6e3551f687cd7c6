"""Words of the outbox."""

from django import template

from notifications.deliveries import reason_words

register = template.Library()
register.filter(reason_words)
