"""A form sent twice does its work once.

A double click, a retry after a lost answer, or "back" and "send" again carry the same hidden key;
PostgreSQL holds it once per person, so two at the same moment are one as well.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django import forms
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from core.models import Submission

KEPT = timedelta(days=7)  # nobody sends an older page again
Made = TypeVar("Made", bound=models.Model)


class OnceForm(forms.Form):
    """Adds the hidden key. A page without it (an old one, a script) is simply not protected."""

    once_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once_key", uuid.uuid4())

    @property
    def submission(self) -> uuid.UUID | None:
        """Key for once()."""
        return submission_key(self.data, self.files)  # type: ignore[arg-type]


def submission_key(data: QueryDict, files: MultiValueDict) -> uuid.UUID | None:
    """The same for the same words, files and page; None without a hidden key, or with a bad one.

    Somebody who goes back and changes a word means to send that as well.
    """
    try:
        key = uuid.UUID(data.get("once_key") or "")
    except ValueError:
        return None
    typed = [(name, data.getlist(name)) for name in sorted(data) if name != "csrfmiddlewaretoken"]
    sent = [
        (name, [(part.name, part.size) for part in files.getlist(name)]) for name in sorted(files)
    ]
    return uuid.uuid5(key, repr((typed, sent)))


def made_before(request: HttpRequest) -> Any:
    """What this very form made when it was sent the first time; None if it was not.

    For a door to ask before anything the first time itself has changed: the ticket may have moved,
    the entry may be corrected already, and the second press must not be told off for that.
    """
    key = submission_key(request.POST, request.FILES) if request.method == "POST" else None
    if key is None:
        return None
    row = Submission.objects.filter(key=key, actor_id=request.user.pk).first()
    if row is None:
        return None
    return apps.get_model(row.made_type)._default_manager.filter(pk=row.made_id).first()


@transaction.atomic
def once(key: uuid.UUID | None, make: Callable[[], Made], *, actor: Any) -> tuple[Made, bool]:
    """Call make() once per key and actor; returns (what it made, whether that was now).

    A second call at the same moment waits for the first to commit. What make() raises undoes the
    key as well, so a corrected form with the same key is taken. When what was made is gone
    since, make() is called again.
    """
    if key is None:
        return make(), True
    try:
        with transaction.atomic():
            row = Submission.objects.create(key=key, actor=actor)
    except IntegrityError:
        row = Submission.objects.select_for_update().get(key=key, actor=actor)
        model = apps.get_model(row.made_type)
        found = model._default_manager.filter(pk=row.made_id).first()
        if found is not None:
            return found, False
    made = make()
    row.made_type, row.made_id = made._meta.label, made.pk
    row.save(update_fields=["made_type", "made_id"])
    return made, True


def forget_submissions(*, batch: int = 10_000) -> int:
    """Delete the keys that nobody can send again; returns how many."""
    old = Submission.objects.filter(created_at__lt=timezone.now() - KEPT).values("pk")[:batch]
    deleted, _by_model = Submission.objects.filter(
        pk__in=list(old.values_list("pk", flat=True))
    ).delete()
    return deleted
