"""Storing a file: size, true type and name are settled before it touches the disk."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from attachments.models import StoredFile
from attachments.sniff import check_upload


@transaction.atomic
def store_file(upload: UploadedFile, *, actor: Any) -> StoredFile:
    """Store one upload and return its row.

    Raises FileRefused (a RuleError, field "files") when it is empty, larger than
    FILE_MAX_BYTES, of a refused kind or not what its name says.
    """
    name, content_type = check_upload(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    stored = StoredFile(
        name=name,
        content_type=content_type,
        size_bytes=upload.size or 0,
        sha256=digest.hexdigest(),
        uploaded_by=actor if getattr(actor, "pk", None) else None,
    )
    stored.file.save(name, upload, save=False)
    stored.save()
    # A rollback removes the row and leaves the bytes: nobody can reach them, they only take room.
    return stored


def max_megabytes() -> int:
    """The size limit as people read it."""
    return settings.FILE_MAX_BYTES // (1024 * 1024)
