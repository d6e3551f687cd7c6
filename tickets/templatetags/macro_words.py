"""Macros in words."""

from django import template

from tickets.macros import steps_words

register = template.Library()
register.filter("steps_words", steps_words)
