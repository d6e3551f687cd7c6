"""The tags of a ticket: the part of its rail that shows and changes them."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core.errors import RuleError
from core.http import add_rule_error, is_partial
from core.permissions import require
from tickets import permissions
from tickets.actions.tags import change_tags, create_tag, tag_name
from tickets.errors import TagRefused
from tickets.models import Tag, Ticket

MOST_PROPOSED = 8


class TagForm(forms.Form):
    """A tag as typed."""

    name = forms.CharField(
        label=gettext_lazy("Add a tag"),
        max_length=200,
        error_messages={"required": gettext_lazy("Type a word.")},
        widget=forms.TextInput(attrs={"list": "tag-words", "autocomplete": "off"}),
    )


def _ticket(request: HttpRequest, pk: int) -> Ticket:
    rows = Ticket.objects.visible_to(request.user).select_related("technician")
    return get_object_or_404(rows, pk=pk)


def _panel(request: HttpRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    ticket = _ticket(request, pk)
    context = {
        "ticket": ticket,
        "tags": Tag.objects.visible_to(request.user).filter(pk__in=ticket.tag_ids),
        "may_change": permissions.can_tag(request.user, ticket),
        "may_create": permissions.can_create_tag(request.user),
        "form": TagForm(),
    }
    return render(request, "tickets/_tags.html", context | more, status=status)


@require_GET
def tags(request: HttpRequest, pk: int) -> HttpResponse:
    """The tags of a ticket, for the rail."""
    return _panel(request, pk)


@require_GET
def tag_words(request: HttpRequest) -> HttpResponse:
    """Tags that are meant by the letters typed so far."""
    words = request.GET.get("name", "").strip().lstrip("#")[:40]
    found = Tag.objects.visible_to(request.user).matching(words)[:MOST_PROPOSED]
    return render(request, "tickets/_tag_words.html", {"tags": found})


@require_POST
def add_tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a tag on; the desk makes new ones by typing them."""
    ticket = _ticket(request, pk)
    require(permissions.can_tag(request.user, ticket))
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            tag = _tag_of(request, form.cleaned_data["name"])
            change_tags(ticket, add=[tag], actor=request.user)
        except RuleError as error:
            add_rule_error(form, error)
        else:
            return _panel(request, pk) if is_partial(request) else redirect(ticket)
    return _panel(request, pk, status=422, form=form)


def _tag_of(request: HttpRequest, typed: str) -> Tag:
    name = tag_name(typed)
    found: Tag | None = Tag.objects.visible_to(request.user).named(name).first()
    if found is not None:
        return found
    if not permissions.can_create_tag(request.user):
        raise TagRefused(_("There is no tag “%(name)s”. The desk can make it.") % {"name": name})
    return create_tag(name, actor=request.user)


@require_POST
def remove_tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tag off."""
    ticket = _ticket(request, pk)
    require(permissions.can_tag(request.user, ticket))
    typed = request.POST.get("tag", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise BadRequest("tag must be a number")
    change_tags(ticket, remove=Tag.objects.filter(pk=typed), actor=request.user)
    return _panel(request, pk) if is_partial(request) else redirect(ticket)
