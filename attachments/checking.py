"""Whether rows and bytes still fit together (ATTACKS B17). Streams; never holds a file whole."""

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from attachments.models import FileProblem, StoredFile, file_storage

logger = logging.getLogger(__name__)
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 2 * 1024**3
CHUNK_BYTES = 1024 * 1024
# An upload's bytes are there before its row is committed, so young ones are left alone.
ORPHAN_AGE = timedelta(hours=24)
# A desk that by mistake looks at an empty database must not empty the disk in one night.
ORPHANS_PER_RUN = 1000
FOLDER = re.compile(r"[0-9a-f]{2}")
OUR_NAME = re.compile(r"[0-9a-f]{32}")


def check_batch(after: int = 0) -> int | None:
    """Compare the next files with their rows, note what is wrong or right again.

    after: key of the last row that was checked. Returns that of this batch, None at the end.
    """
    done_bytes, last = 0, None
    for stored in StoredFile.objects.filter(pk__gt=after).order_by("pk")[:ROWS_AT_ONCE]:
        _note(stored, _problem(stored))
        last = stored.pk
        done_bytes += stored.size_bytes
        if done_bytes >= BYTES_AT_ONCE:
            break
    return last


def _note(stored: StoredFile, problem: str) -> None:
    if problem == stored.problem:
        return
    # Only this field, and only while the row is there: it may be deleted while we read.
    StoredFile.objects.filter(pk=stored.pk).update(problem=problem)
    if problem:
        logger.error("stored file %s (%s) is %s", stored.pk, stored.file.name, problem)


def _problem(stored: StoredFile) -> str:
    digest = hashlib.sha256()
    try:
        with stored.file.open("rb") as handle:
            while chunk := handle.read(CHUNK_BYTES):
                digest.update(chunk)
    except FileNotFoundError:
        return FileProblem.MISSING
    except OSError:
        logger.exception("stored file %s cannot be read", stored.pk)
        return FileProblem.DAMAGED
    return "" if digest.hexdigest() == stored.sha256 else FileProblem.DAMAGED


def remove_orphans() -> int:
    """Remove old bytes that no row knows, ORPHANS_PER_RUN at most; returns how many."""
    storage = file_storage()
    removed = 0
    for name in orphans():
        if removed == ORPHANS_PER_RUN:
            logger.warning("more than %s files without a row; the rest waits", removed)
            break
        storage.delete(name)
        removed += 1
    return removed


def orphans() -> Iterator[str]:
    """Names of stored bytes of ours, older than ORPHAN_AGE, that no row knows."""
    storage = file_storage()
    for folder in _folders():
        names = [name for name in storage.listdir(folder)[1] if OUR_NAME.fullmatch(name)]
        rows = StoredFile.objects.filter(file__startswith=f"{folder}/")
        known = set(rows.values_list("file", flat=True))
        for name in (f"{folder}/{name}" for name in names):
            if name not in known and _is_old(name):
                yield name


def _folders() -> list[str]:
    """The up to 256 folders names are spread over; one of them fits into memory."""
    try:
        folders, _files = file_storage().listdir("")
    except FileNotFoundError:  # nothing was ever uploaded
        return []
    return sorted(folder for folder in folders if FOLDER.fullmatch(folder))


def _is_old(name: str) -> bool:
    try:
        modified_at = file_storage().get_modified_time(name)
    except FileNotFoundError:  # removed while we looked
        return False
    return modified_at < timezone.now() - ORPHAN_AGE
