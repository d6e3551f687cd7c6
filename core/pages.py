"""Pages every app has: a list that filters, sorts, pages and exports; one record; edit; delete.

A page sets a few attributes. One that needs more than that is better a function view.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models, transaction
from django.db.models import ProtectedError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.generic import View
from django_filters import FilterSet

from core.errors import RuleError
from core.events import record
from core.exports import csv_response
from core.http import add_rule_error, is_partial
from core.permissions import require
from core.record_events import RecordChanged, RecordCreated, RecordDeleted

SIZES = (25, 50, 100)
COUNT_LIMIT = 10_000  # beyond it nobody pages, and counting every row would cost more than showing
EXPORT_CHUNK = 1000
NOT_FILTERS = {"page", "size", "sort", "format", "since"}  # of an address


@dataclass(frozen=True)
class Column:
    """A column of a list.

    key: name in `?sort=` and, unless export says otherwise, the attribute that is exported.
    sort: ORM path to order by, or None. export: dotted path or function of a row; False: left
    out of the file. css: class of the head cell.
    """

    key: str
    label: str | Promise
    sort: str | None = None
    export: str | Callable[[Any], object] | bool = True
    css: str = ""

    def value(self, row: Any) -> object:
        """What the file holds for a row; choices in words."""
        if callable(self.export):
            return self.export(row)
        value = row
        path = self.export if isinstance(self.export, str) else self.key
        for name in path.split("."):
            shown = getattr(value, f"get_{name}_display", None)
            value = shown() if shown else getattr(value, name, None)
        return value() if callable(value) else value


@dataclass(frozen=True)
class HeadCell:
    """A head cell as the template needs it; direction is "ascending", "descending" or ""."""

    label: str | Promise
    css: str
    query: str
    direction: str


def count_words(total: int, limit: int) -> str:
    """A number of rows as people read it; more than the limit is "1,000+"."""
    words = number_format(min(total, limit), force_grouping=True)
    return f"{words}+" if total > limit else words


class Page:
    """One page of rows, counted no further than COUNT_LIMIT.

    number is brought into range: what is not a number is 1, what is too large is the last page.
    """

    def __init__(self, rows: models.QuerySet, *, number: str = "1", size: int = SIZES[0]) -> None:
        self.size = size
        self.total = rows.order_by()[: COUNT_LIMIT + 1].count()
        self.last_number = max(1, -(-min(self.total, COUNT_LIMIT) // size))
        self.number = min(max(_whole_number(number, 1), 1), self.last_number)
        self.start = (self.number - 1) * size
        self.rows = list(rows[self.start : min(self.start + size, COUNT_LIMIT)])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def count_words(self) -> str:
        return count_words(self.total, COUNT_LIMIT)

    @property
    def first_index(self) -> int:
        return self.start + 1 if self.rows else 0

    @property
    def last_index(self) -> int:
        return self.start + len(self.rows)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last_number else None


def _whole_number(text: str, default: int) -> int:
    # isdecimal() also accepts digits of other scripts, and so does int(); nothing else passes.
    return int(text) if text.isdecimal() and len(text) < 10 else default


def rows_found(filterset: FilterSet) -> models.QuerySet:
    """What the filters let through; nothing when one of them is not understood."""
    found: models.QuerySet = (
        filterset.qs if filterset.form.is_valid() else filterset.queryset.none()
    )
    return found


class ListPage(View):
    """A list: five attributes, `Model.objects.visible_to(user)` underneath.

    template has a partial called "rows", which is all that htmx gets. sort: default order, the
    key of a column, with "-" for descending. `rows()` may be overridden to add joins.
    """

    model: ClassVar[type[models.Model]]
    filterset: ClassVar[type[FilterSet]]
    columns: ClassVar[Sequence[Column]]
    template: ClassVar[str]
    sort: ClassVar[str]

    def rows(self) -> models.QuerySet:
        """Every row the reader may see, with what the template needs joined."""
        visible: models.QuerySet = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        return visible

    def context(self) -> dict[str, Any]:
        """More for the template; nothing by default."""
        return {}

    @property
    def shown_columns(self) -> Sequence[Column]:
        """Columns of the table; the file always has all of them."""
        return self.columns

    @cached_property
    def asked(self) -> QueryDict:
        """What the address asks for; a page may fill in what it leaves out."""
        return self.request.GET

    @property
    def is_asked(self) -> bool:
        """Whether the address filters at all."""
        return bool(set(self.asked) - (NOT_FILTERS - set(self.filterset.base_filters)))

    def make_filter(self) -> FilterSet:
        """The filters with what the address asks of them."""
        return self.filterset(self.asked, queryset=self.rows(), request=self.request)

    def page_of(self, found: models.QuerySet, *, number: str, size: int) -> Any:
        """The page to show of everything that was found."""
        return Page(self.sorted(found), number=number, size=size)

    @cached_property
    def order(self) -> str:
        """Key of the sorted column with "-" for descending; only columns that sort are allowed."""
        asked = self.asked.get("sort", "")
        allowed = {column.key for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in allowed and asked.count("-") < 2 else self.sort

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The page, its rows for htmx, or the whole filtered list as a file."""
        # Lazy: forms are dear, and a list that nobody filters needs neither them nor the filters.
        filterset: Any = SimpleLazyObject(self.make_filter)
        found = rows_found(filterset) if self.is_asked else self.rows()
        if request.GET.get("format") == "csv":
            return self._export(self.sorted(found))
        size = _whole_number(request.GET.get("size", ""), SIZES[0])
        page = self.page_of(
            found,
            number=request.GET.get("page", ""),
            size=size if size in SIZES else SIZES[0],
        )
        partial = is_partial(request)
        response = render(
            request,
            self.template + ("#rows" if partial else ""),
            self._basics(filterset, page, partial) | self.context(),
        )
        patch_vary_headers(response, ["HX-Request"])
        if partial:
            response.headers["HX-Push-Url"] = (request.path + self._query()).removesuffix("?")
        return response

    def _basics(self, filterset: FilterSet, page: Page, partial: bool) -> dict[str, Any]:
        return {
            "page": page,
            "rows": page.rows,
            "filter": filterset,
            "is_filtered": self.is_asked
            and any(filterset.form[name].data for name in filterset.form.fields),
            "head": [self._head(column) for column in self.shown_columns],
            "order": self.order,
            "sizes": SIZES,
            "export_query": self._query(format="csv"),
            "previous_query": self._query(page=str(page.previous)) if page.previous else "",
            "next_query": self._query(page=str(page.next)) if page.next else "",
            "is_partial": partial,
        }

    def sorted(self, rows: models.QuerySet) -> models.QuerySet:
        """The rows in the order that is asked for."""
        key = self.order.removeprefix("-")
        path = next(column.sort for column in self.columns if column.key == key and column.sort)
        # The key last: without it rows of equal value could change places between two pages.
        tie = "-pk" if self.order.startswith("-") else "pk"
        return rows.order_by(f"-{path}" if self.order.startswith("-") else path, tie)

    def _head(self, column: Column) -> HeadCell:
        if not column.sort:
            return HeadCell(column.label, column.css, "", "")
        direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(self.order, "")
        other = f"-{column.key}" if direction == "ascending" else column.key
        return HeadCell(column.label, column.css, self._query(sort=other, page=""), direction)

    def _query(self, **changes: str) -> str:
        """This address' query with changes and without empty values; "" removes a key."""
        query = self.request.GET.copy()
        query.pop("format", None)
        for name, value in changes.items():
            query[name] = value
        for name in list(query):
            query.setlist(name, [value for value in query.getlist(name) if value])
            if not query.getlist(name):
                del query[name]
        return f"?{query.urlencode()}" if query else "?"

    def _export(self, rows: models.QuerySet) -> HttpResponseBase:
        columns = [column for column in self.columns if column.export]
        lines = ([column.value(row) for column in columns] for row in rows.iterator(EXPORT_CHUNK))
        name = str(self.model._meta.model_name)
        return csv_response(f"{name}.csv", [column.label for column in columns], lines)


class RecordPage(View):
    """What pages about one record share: it is found among the visible ones, or there is a 404.

    allowed: "can_…" predicate (user, record) from the app's permissions; seen but refused is 403.
    """

    model: ClassVar[type[models.Model]]
    template: ClassVar[str]
    allowed: ClassVar[Callable[[Any, Any], bool] | None] = None

    @cached_property
    def record(self) -> Any:
        """The record of the address."""
        visible = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        found = get_object_or_404(visible, pk=self.kwargs["pk"])
        self.check(found)
        return found

    def check(self, record: Any) -> None:
        """403 unless `allowed` says yes."""
        predicate = type(self).allowed  # through the class: a plain function, not a method
        if predicate is not None:
            require(predicate(self.request.user, record))

    def context(self) -> dict[str, Any]:
        """More for the template; nothing by default."""
        return {}

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        """The template with the record under its model's name and as `record`."""
        name = str(self.model._meta.model_name)
        names = {"record": self.record, name: self.record}
        return render(self.request, self.template, names | self.context() | more, status=status)


class DetailPage(RecordPage):
    """Shows one record."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.show()


class EditPage(RecordPage):
    """Changes a record, or makes one when the address has no pk. For data without consequences:
    anything with an action of its own has a function view.

    form: ModelForm. An invalid form answers 422 with what was typed.
    """

    form: ClassVar[type[ModelForm]]

    @cached_property
    def record(self) -> Any:
        if "pk" in self.kwargs:
            return super().record
        fresh = self.model()
        self.check(fresh)
        return fresh

    def save(self, form: ModelForm) -> models.Model:
        """Store a valid form and record it; override to call an action.

        A RuleError returns to the form.
        """
        is_new = form.instance.pk is None
        saved: models.Model = form.save()
        labels = ", ".join(str(form.fields[name].label) for name in form.changed_data)
        if is_new:
            record(RecordCreated(str(saved)), subject=saved, actor=self.request.user)
        elif labels:
            record(RecordChanged(str(saved), labels), subject=saved, actor=self.request.user)
        return saved

    def next_url(self, record: models.Model) -> str:
        """Where to go after saving."""
        url: str = record.get_absolute_url()  # type: ignore[attr-defined]
        return url

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The empty or filled form."""
        return self.show(form=self.form(instance=self.record))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save and leave, or show the form again."""
        form = self.form(request.POST, request.FILES, instance=self.record)
        if form.is_valid():
            try:
                with transaction.atomic():
                    saved = self.save(form)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("%(name)s saved.") % {"name": saved})
                return HttpResponseRedirect(self.next_url(saved))
        return self.show(status=422, form=form)


class DeletePage(RecordPage):
    """Asks, then deletes. A record that others need stays, with a sentence that says so.

    template asks the question; next_page: url name to go to afterwards.
    """

    next_page: ClassVar[str]

    def remove(self) -> None:
        """Delete the record and record that; override to call an action."""
        record(RecordDeleted(str(self.record)), subject=self.record, actor=self.request.user)
        self.record.delete()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The question."""
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Delete and go to the list."""
        name = str(self.record)
        try:
            with transaction.atomic():
                self.remove()
        except ProtectedError:
            return self.show(
                status=409, problem=_("%(name)s is still in use and was kept.") % {"name": name}
            )
        except RuleError as error:
            return self.show(status=error.status, problem=error.message)
        messages.success(request, _("%(name)s deleted.") % {"name": name})
        return redirect(self.next_page)
