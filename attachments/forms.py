"""The form field for files: several at once, each checked before anything is stored."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from attachments.sniff import FileRefused, check_upload


class MultiFileInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class MultiFileField(forms.FileField):
    """A list of checked uploads, [] when none were chosen. Errors name each bad file."""

    widget = MultiFileInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("label", _("Photos or files"))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Check number, size and true type of every file."""
        uploads = [item for item in (data or []) if item] if isinstance(data, list | tuple) else (
            [data] if data else []
        )  # fmt: skip
        if not uploads:
            if self.required:
                raise ValidationError(_("Choose at least one file."), code="required")
            return []
        if len(uploads) > settings.FILES_MAX_PER_MESSAGE:
            raise ValidationError(
                _("Attach up to %(limit)s files at once; you chose %(count)s.")
                % {"limit": settings.FILES_MAX_PER_MESSAGE, "count": len(uploads)}
            )
        errors = []
        for upload in uploads:
            try:
                check_upload(upload)
            except FileRefused as refused:
                errors.append(ValidationError(str(refused.message)))
        if errors:
            raise ValidationError(errors)
        return uploads
