"""Serving a stored file so that nothing in it can run in the desk's origin (A48)."""

import logging

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from attachments.models import StoredFile
from core.errors import RuleError

logger = logging.getLogger(__name__)


class FileGone(RuleError):
    """The row is there, the bytes are not."""

    message = _("This file is no longer there. Ask the person who sent it to send it again.")
    status = 410


def file_response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as a download; verified raster images may be shown in place.

    The type is ours, never sniffed, and a sandbox policy holds even when opened alone.
    Raises FileGone (410) when the bytes are gone.
    """
    try:
        handle = stored.file.open("rb")
    except FileNotFoundError as error:
        logger.error("stored file %s has no bytes", stored.pk)
        raise FileGone from error
    show = inline and stored.is_image
    response = FileResponse(
        handle,
        as_attachment=not show,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
