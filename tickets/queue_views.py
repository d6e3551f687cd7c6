"""The queue's doors: its page, saved views, counts, and changes to many tickets at once."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from hashlib import md5
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.errors import RuleError
from core.http import add_rule_error, moment_of
from core.keyset import COUNT_LIMIT, KeysetPage, capped_count
from core.pages import NOT_FILTERS, Column, ListPage, count_words, rows_found
from core.permissions import require
from core.submissions import once
from core.templatetags.ui import chosen_words
from tickets import permissions, queue
from tickets.actions.saved_views import forget_view, keep_view
from tickets.bulk import BulkForm, run_bulk
from tickets.custom_filters import field_column
from tickets.filters import Choices, TicketFilter, options
from tickets.forms import SavedViewForm
from tickets.models import CustomField, SavedView, Ticket
from tickets.presence import writers

COLUMNS_COOKIE, DENSE_COOKIE = "queue_columns", "queue_dense"
YEAR_SECONDS = 365 * 24 * 3600
COUNT_SECONDS = 10  # how old the numbers beside the views may be


class Index(ListPage):
    """The queue: a named view or a saved one, filtered further by the address."""

    model, filterset, template = Ticket, TicketFilter, "tickets/index.html"

    @cached_property
    def saved(self) -> SavedView | None:
        """The saved view of the address, if it is one the reader may use."""
        if "pk" not in self.kwargs:
            return None
        rows = SavedView.objects.visible_to(self.request.user)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def view(self) -> queue.View:
        return queue.VIEWS[self.kwargs.get("view", "all" if self.saved else queue.HOME)]

    @property
    def sort(self) -> str:  # type: ignore[override]
        """What is due first stands first; done tickets are due for nothing."""
        return "due" if not self.saved and self.view.slug not in queue.GROWING else "priority"

    @cached_property
    def is_changed(self) -> bool:
        """Whether the address filters by itself, over what the saved view keeps."""
        return bool(set(self.request.GET) - NOT_FILTERS)

    @cached_property
    def asked(self) -> QueryDict:
        if self.saved is None or self.is_changed:
            return self.request.GET
        filled = self.request.GET.copy()
        for name, values in self.saved.query.items():
            filled.setlist(name, values)
        if self.saved.sort:
            filled.setdefault("sort", self.saved.sort)
        return filled

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page; with ?since= only how much of it has changed."""
        if "since" in request.GET:
            return self._changes(moment_of(request.GET["since"], "since"))
        return super().get(request, **kwargs)

    def _changes(self, since: datetime) -> HttpResponse:
        """The pill: how many tickets of this list are new or changed since the page was made."""
        found = rows_found(self.make_filter()) if self.is_asked else self.rows()
        new = capped_count(found.filter(opened_at__gt=since))
        changed = capped_count(found.filter(updated_at__gt=since, opened_at__lte=since))
        query = self.asked.copy()
        for name in ("since", "page"):
            query.pop(name, None)
        context = {
            "new": count_words(new, COUNT_LIMIT) if new else "",
            "changed": count_words(changed, COUNT_LIMIT) if changed else "",
            "url": f"{self.request.path}?{query.urlencode()}".removesuffix("?"),
        }
        return render(self.request, "tickets/_live.html", context)

    @cached_property
    def options(self) -> dict[str, Choices]:
        """What categories, teams and people there are to choose from."""
        return options()

    def make_filter(self) -> TicketFilter:
        return TicketFilter(
            self.asked, queryset=self.rows(), request=self.request, known=self.options
        )

    def rows(self) -> QuerySet:
        return self.view.narrow(super().rows(), self.request.user)

    @cached_property
    def shown_columns(self) -> list[Column]:  # type: ignore[override]
        kept = self.saved.columns if self.saved else []
        cookie = self.request.COOKIES.get(COLUMNS_COOKIE, "").split(".")
        return queue.chosen_columns(kept or cookie)

    def sorted(self, rows: QuerySet) -> QuerySet:
        """For the file, which needs whole records."""
        return super().sorted(rows.with_row().with_tag_names().select_related("team"))

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        """Those of the table, and what only the file has: tags and custom fields."""
        own = [*queue.COLUMNS.values(), queue.TAGS]
        if self.request.GET.get("format") != "csv":
            return own
        return own + [field_column(field) for field in CustomField.objects.filter(is_active=True)]

    def page_of(self, found: QuerySet, *, number: str, size: int) -> KeysetPage:
        column = queue.COLUMNS[self.order.removeprefix("-")].sort
        return KeysetPage(
            queue.rows_of(found, self.shown_columns),
            order=f"-{column}" if self.order.startswith("-") else str(column),
            after=number,
            size=size,
            count=lambda: capped_count(found),
        )

    def context(self) -> dict[str, Any]:
        user = self.request.user
        saved_views = _saved_views(user)
        choices = md5(repr(self.options).encode(), usedforsecurity=False).hexdigest()
        asked = self.asked.copy()
        asked.pop("page", None)
        columns = [column.key for column in self.shown_columns]
        return {
            # What the bars and the head of the table show follows from these: see core.fragments.
            "filter_key": f"{self.request.path}?{asked.urlencode()} {choices} {bool(self.asked)}",
            "head_key": f"{self.request.path}{self._query(page='')} {self.order} {columns}",
            "options": self.options,
            "options_key": choices,
            "views": queue.VIEWS.values(),
            "saved_views": saved_views,
            "here": None if self.saved else self.view.slug,
            "now_iso": timezone.now().isoformat(),
            "subnav": self._menu(saved_views),
            "can_change_view": self.saved and permissions.can_change_view(user, self.saved),
            "saved": self.saved,
            "is_changed": self.is_changed,
            "view_name": self.saved.name if self.saved else self.view.label,
            "empty_words": "" if self.saved else self.view.empty,
            "can_open": permissions.can_open_for_any_customer(user),
            "can_bulk": user.is_desk,
            "shown": columns,
            "choosable": [queue.COLUMNS[key] for key in queue.CHOOSABLE],
            "is_dense": self.request.COOKIES.get(DENSE_COOKIE) == "1",
            "filter_query": self.asked.urlencode(),
            "last_query": self._query(page="last"),
            "bulk_form": BulkForm,
            "writers": writers(but=user.pk),
        }

    def _menu(self, saved_views: list[SavedView]) -> dict[str, Any]:
        """What stands below "Tickets" in the menu; the numbers come at once if they are known."""
        numbers = cache.get(_counts_key(self.request.user)) or {}
        here = f"saved-{self.saved.pk}" if self.saved else self.view.slug
        kept = [f"{view.pk}:{view.name}" for view in saved_views]
        return {
            "template": "tickets/_views.html",
            "url": f"{reverse('tickets:counts')}?here={here}",
            "here": here,
            "views": _with_numbers(queue.VIEWS.values(), numbers),
            "saved_views": _with_numbers(saved_views, numbers),
            "key": f"{here} {sorted(numbers.items())} {kept}",
        }


def _counts_key(user: Any) -> str:
    return f"queue.counts.{user.pk}"


def _with_numbers(views: Iterable[Any], numbers: dict[str, int]) -> list[tuple[Any, str]]:
    """Each view with how many tickets it holds, in words; "" where that is not known."""
    pairs = []
    for view in views:
        number = numbers.get(getattr(view, "slug", f"saved-{view.pk}"))
        pairs.append((view, "" if number is None else count_words(number, COUNT_LIMIT)))
    return pairs


def _saved_views(user: Any) -> list[SavedView]:
    """What the reader keeps or shares, in the order of the menu."""
    return list(SavedView.objects.visible_to(user)[:50])


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """The numbers beside the views; no older than COUNT_SECONDS."""
    user: Any = request.user
    saved = _saved_views(user)
    key = _counts_key(user)
    numbers = cache.get(key)
    if numbers is None:
        numbers = queue.counts(_narrowed(request, saved))
        cache.set(key, numbers, COUNT_SECONDS)
    context = {
        "views": _with_numbers(queue.VIEWS.values(), numbers),
        "saved_views": _with_numbers(saved, numbers),
        "here": request.GET.get("here", ""),
    }
    return render(request, "tickets/_views.html", context)


def _narrowed(request: HttpRequest, saved: list[SavedView]) -> dict[str, QuerySet]:
    visible = Ticket.objects.visible_to(request.user)
    found = {slug: queue.VIEWS[slug].narrow(visible, request.user) for slug in queue.COUNTED}
    known = options() if saved else {}
    for view in saved:
        query = QueryDict(mutable=True)
        for name, values in view.query.items():
            query.setlist(name, values)
        kept = TicketFilter(query, queryset=visible, request=request, known=known)
        found[f"saved-{view.pk}"] = rows_found(kept)
    return found


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Which columns, and how dense: kept in this browser, a telephone wants other ones."""
    answer = redirect(_back(request))
    keys = [key for key in request.POST.getlist("columns") if key in queue.CHOOSABLE]
    options: Any = {"max_age": YEAR_SECONDS, "samesite": "Lax", "httponly": True}
    answer.set_cookie(COLUMNS_COOKIE, ".".join(keys), secure=request.is_secure(), **options)
    dense = "1" if request.POST.get("dense") == "1" else "0"
    answer.set_cookie(DENSE_COOKIE, dense, secure=request.is_secure(), **options)
    return answer


def _back(request: HttpRequest) -> str:
    """The list somebody came from; the queue when the address is not one of ours."""
    url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(url, allowed_hosts=None) and url.startswith("/tickets/"):
        return url
    return reverse("tickets:index")


def save_view(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Keep the filter of the address under a name, or change a view one keeps."""
    view = SavedView(owner=request.user)  # type: ignore[misc]
    if pk is not None:
        view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
        require(permissions.can_change_view(request.user, view))
    query, sort = _kept(request.GET)
    if pk is not None and not query and not sort:
        query, sort = view.query, view.sort
    form = SavedViewForm(request.POST or None, instance=view, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            values = {name: form.cleaned_data[name] for name in form.Meta.fields}
            saved, _is_new = once(
                form.submission,
                lambda: keep_view(
                    view, {**values, "query": query, "sort": sort}, actor=request.user
                ),
                actor=request.user,
            )
        except RuleError as error:
            add_rule_error(form, error)
        else:
            messages.success(request, _("View “%(name)s” saved.") % {"name": saved})
            return redirect(saved)
    context = {
        "form": form,
        "view": view,
        "words": _in_words(query, request),
        "back_url": view.get_absolute_url() if view.pk else _queue_url(request.GET),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tickets/save_view.html", context, status=status)


def _kept(query: QueryDict) -> tuple[dict[str, list[str]], str]:
    """What of an address a view keeps: known filters with their values, and the order."""
    known = TicketFilter(query, queryset=Ticket.objects.none()).filters
    kept = {name: [value[:200] for value in query.getlist(name) if value][:100] for name in known}
    sort = query.get("sort", "")
    is_column = queue.COLUMNS.get(sort.removeprefix("-"))
    return {k: v for k, v in kept.items() if v}, sort if is_column and is_column.sort else ""


def _in_words(query: dict[str, list[str]], request: HttpRequest) -> list[tuple[str, str]]:
    """The filters of a view with the labels of what they choose."""
    data = QueryDict(mutable=True)
    for name, values in query.items():
        data.setlist(name, values)
    form = TicketFilter(data, queryset=Ticket.objects.none(), request=request).form
    return [
        (str(form[name].label), ", ".join(chosen_words(form[name]) or query[name]))
        for name in query
    ]


def _queue_url(query: QueryDict) -> str:
    return f"{reverse('tickets:index')}?{query.urlencode()}" if query else reverse("tickets:index")


@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view; its tickets stay where they are."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    require(permissions.can_change_view(request.user, view))
    forget_view(view, actor=request.user)
    messages.success(request, _("View “%(name)s” deleted.") % {"name": view})
    return redirect("tickets:index")


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One change to each of the selected tickets, with a result for each."""
    form = BulkForm(request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "tickets/bulk.html", {"form": form, "back_url": _back(request)},
                      status=422)  # fmt: skip
    data = form.cleaned_data
    results = run_bulk(request.user, data["tickets"], data["change"])
    if all(result.is_done for result in results):
        words = ngettext("%(count)s ticket changed.", "%(count)s tickets changed.", len(results))
        messages.success(request, words % {"count": len(results)})
        return redirect(_back(request))
    context = {"results": results, "change": data["change"].words, "back_url": _back(request)}
    return render(request, "tickets/bulk.html", context)
