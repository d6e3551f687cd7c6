"""What goes when a customer goes: counted and collected without knowing the apps above."""

from collections import Counter
from collections.abc import Iterator

from django.db import models
from django.db.models.deletion import Collector
from django.utils.translation import gettext

from accounts.models import User
from attachments.models import StoredFile
from customers.models import Contact


class Loss:
    """Everything that deleting a record removes, found by following foreign keys.

    counts: "app.model" -> rows, the record itself left out. files: StoredFile keys of it all.
    Reads the rows; O(rows that go).
    """

    def __init__(self, record: models.Model) -> None:
        self._collector = Collector(using=record._state.db or "default", origin=record)
        self._collector.collect([record])
        self._itself = type(record)
        self.counts: Counter[str] = Counter()
        self.files: set[int] = set()
        self._contacts: set[int] = set()
        for model, rows in self._groups():
            if not model._meta.auto_created:
                self.counts[model._meta.label_lower] += len(rows)
                self.files.update(_stored(model, rows))
            if model is Contact:
                self._contacts.update(row.pk for row in rows)
        self.counts[self._itself._meta.label_lower] -= 1

    def _groups(self) -> Iterator[tuple[type[models.Model], list[models.Model]]]:
        for model, found in self._collector.data.items():
            yield model, list(found)
        for queryset in self._collector.fast_deletes:
            yield queryset.model, list(queryset)

    def sign_ins(self) -> list[User]:
        """Active sign-ins to the portal that stand for nobody afterwards; never those of staff."""
        people = User.objects.active().filter(contact__in=self._contacts).prefetch_related("groups")
        return [person for person in people if not person.is_staff_member]

    def named(self) -> list[tuple[str, int]]:
        """(name of the kind of thing, how many), the most numerous first, nothing for none."""
        from django.apps import apps

        rows = [
            (str(apps.get_model(label)._meta.verbose_name_plural), count)
            for label, count in self.counts.most_common()
            if count > 0
        ]
        if sign_ins := len(self.sign_ins()):
            rows.append((gettext("sign-ins to the portal (they are disabled)"), sign_ins))
        return rows


def _stored(model: type[models.Model], rows: list[models.Model]) -> Iterator[int]:
    """Keys of the stored files these rows stand for."""
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is StoredFile
    ]
    for row in rows:
        for name in names:
            if (pk := getattr(row, name)) is not None:
                yield pk
