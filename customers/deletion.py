"""What goes when a customer goes: counted and collected without knowing the apps above."""

from collections import Counter
from collections.abc import Iterator

from django.db import models
from django.db.models.deletion import Collector

from attachments.models import StoredFile


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
        for model, rows in self._groups():
            if not model._meta.auto_created:
                self.counts[model._meta.label_lower] += len(rows)
                self.files.update(_stored(model, rows))
        self.counts[self._itself._meta.label_lower] -= 1

    def _groups(self) -> Iterator[tuple[type[models.Model], list[models.Model]]]:
        for model, found in self._collector.data.items():
            yield model, list(found)
        for queryset in self._collector.fast_deletes:
            yield queryset.model, list(queryset)

    def named(self) -> list[tuple[str, int]]:
        """(name of the kind of thing, how many), the most numerous first, nothing for none."""
        from django.apps import apps

        return [
            (str(apps.get_model(label)._meta.verbose_name_plural), count)
            for label, count in self.counts.most_common()
            if count > 0
        ]


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
