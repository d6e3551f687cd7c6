"""Serving a stored file so that nothing in it can run in the desk's origin (A48)."""

from django.http import FileResponse, Http404

from attachments.models import StoredFile


def file_response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as a download; verified raster images may be shown in place.

    The type is ours, never sniffed, and a sandbox policy holds even when opened alone.
    Raises Http404 when the bytes are gone.
    """
    try:
        handle = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
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
