"""Storing and removing files.

Bytes are not part of a transaction, so they go only by rows that are: a removal is written down
with the change that causes it and done after the commit. What a rollback of an upload leaves on
the disk, the nightly check finds (checking.py).
"""

import hashlib
import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from attachments.models import FileRemoval, StoredFile, file_storage
from attachments.sniff import check_upload
from core.events import ring

logger = logging.getLogger(__name__)
REMOVED_AT_ONCE = 500


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
    return stored


@transaction.atomic
def delete_files(pks: Iterable[int]) -> None:
    """Delete the rows now and their bytes after the commit, also when a crash comes between."""
    rows = StoredFile.objects.filter(pk__in=list(pks))
    FileRemoval.objects.bulk_create(
        [FileRemoval(file=name) for name in rows.values_list("file", flat=True)]
    )
    rows.delete()
    ring("attachments.remove_files")


def remove_files() -> int:
    """Remove the bytes that are written down for it; returns how many.

    The bytes go first: a crash in between removes them a second time, which harms nobody.
    """
    pks = FileRemoval.objects.order_by("pk").values_list("pk", flat=True)[:REMOVED_AT_ONCE]
    return sum(_remove(pk) for pk in pks)


@transaction.atomic
def _remove(pk: int) -> bool:
    """Remove the bytes of one; what the disk refuses stays for the next run."""
    row = FileRemoval.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    try:
        file_storage().delete(row.file)
    except OSError:
        logger.exception("%s could not be removed", row.file)
        return False
    row.delete()
    return True


def max_megabytes() -> int:
    """The size limit as people read it."""
    return settings.FILE_MAX_BYTES // (1024 * 1024)
