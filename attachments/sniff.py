"""What is really in an uploaded file. The browser's word for it is never believed."""

import io
import os
import re
import warnings

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.errors import RuleError
from core.text import one_line

IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
          "webp": "image/webp"}  # fmt: skip
PIL_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# Extension -> type it is served with, and how its beginning must look (None: plain text).
KNOWN: dict[str, tuple[str, tuple[bytes, ...] | None]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "zip": ("application/zip", (b"PK\x03\x04", b"PK\x05\x06")),
    "docx": ("application/octet-stream", (b"PK\x03\x04",)),
    "xlsx": ("application/octet-stream", (b"PK\x03\x04",)),
    "pptx": ("application/octet-stream", (b"PK\x03\x04",)),
    "odt": ("application/octet-stream", (b"PK\x03\x04",)),
    "ods": ("application/octet-stream", (b"PK\x03\x04",)),
    "doc": ("application/octet-stream", (b"\xd0\xcf\x11\xe0",)),
    "xls": ("application/octet-stream", (b"\xd0\xcf\x11\xe0",)),
    "msg": ("application/octet-stream", (b"\xd0\xcf\x11\xe0",)),
    "gz": ("application/gzip", (b"\x1f\x8b",)),
    "7z": ("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "mp4": ("video/mp4", ()),
    "mov": ("video/quicktime", ()),
    "webm": ("video/webm", (b"\x1a\x45\xdf\xa3",)),
    "mp3": ("audio/mpeg", ()),
    "wav": ("audio/wav", (b"RIFF",)),
    "heic": ("application/octet-stream", ()),
    "txt": ("text/plain", None),
    "log": ("text/plain", None),
    "csv": ("text/plain", None),
    "json": ("text/plain", None),
    "eml": ("text/plain", None),
    "ini": ("text/plain", None),
    "conf": ("text/plain", None),
    "md": ("text/plain", None),
}
MAX_PIXELS = 50_000_000


class FileRefused(RuleError):
    """This file cannot be stored; the message says why and what to do."""

    field = "files"
    status = 422


def check_upload(upload: UploadedFile) -> tuple[str, str]:
    """(name for people, content type we serve it with); raises FileRefused.

    Known raster images are verified whole. Documents must begin as their kind does. Anything
    we do not know is refused: nothing is served as what it is not.
    """
    name = safe_name(upload.name or "")
    _check_size(upload, name)
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    head = upload.read(4096)
    upload.seek(0)
    if extension in IMAGES:
        return name, _check_image(upload, name, IMAGES[extension])
    if extension not in KNOWN:
        raise FileRefused(
            _("“%(name)s”: files of this kind cannot be attached. Send a picture, a PDF, a text "
              "file, an Office document, a video or a ZIP archive.") % {"name": name}
        )  # fmt: skip
    content_type, starts = KNOWN[extension]
    if starts is None:
        _check_text(head, name)
    elif starts:
        if not head.startswith(starts):
            raise _lying(name)
    else:
        _check_media(head, name, extension)
    return name, content_type


def safe_name(name: str) -> str:
    """Last part of the name, on one line, 150 characters at most, never empty or hidden."""
    base = one_line(os.path.basename(name.replace("\\", "/")))
    base = re.sub(r'[<>:"|?*/]', "_", base).lstrip(".").strip()
    stem, dot, extension = base.rpartition(".")
    if dot and len(base) > 150:
        base = f"{stem[: 149 - len(extension)]}.{extension}"
    return base[:150] or "file"


def _check_size(upload: UploadedFile, name: str) -> None:
    size = upload.size or 0
    if size == 0:
        raise FileRefused(_("“%(name)s” is empty. Choose the file again.") % {"name": name})
    if size > settings.FILE_MAX_BYTES:
        raise FileRefused(
            _("“%(name)s” is %(size)s MB. Files up to %(limit)s MB can be attached; send a "
              "smaller one or a link.")
            % {"name": name, "size": -(-size // 1_048_576),
               "limit": settings.FILE_MAX_BYTES // 1_048_576}
        )  # fmt: skip


def _lying(name: str) -> FileRefused:
    return FileRefused(
        _("“%(name)s” is not what its name says. Save it again in its own format and attach that.")
        % {"name": name}
    )


def _check_image(upload: UploadedFile, name: str, expected: str) -> str:
    """Open and verify the picture without decoding a bomb."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            data = io.BytesIO(upload.read())
            with Image.open(data) as picture:
                found = PIL_FORMATS.get(picture.format or "")
                pixels = picture.width * picture.height
                picture.verify()
    except Exception as error:
        raise _lying(name) from error
    finally:
        upload.seek(0)
    if found != expected:
        raise _lying(name)
    if pixels > MAX_PIXELS:
        raise FileRefused(
            _("“%(name)s” has too many pixels to be shown. Send a smaller picture.")
            % {"name": name}
        )
    return found


def _check_text(head: bytes, name: str) -> None:
    """A text file holds text: no NUL, no known binary beginning."""
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _lying(name)


def _check_media(head: bytes, name: str, extension: str) -> None:
    """Video and sound containers have no single beginning: ask puremagic."""
    try:
        found = {match.extension.lstrip(".") for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        found = set()
    if extension == "heic":
        ok = head[4:8] == b"ftyp"
    elif extension in {"mp4", "mov"}:
        ok = head[4:8] in {b"ftyp", b"moov", b"free", b"mdat", b"wide"}
    else:
        ok = extension in found or head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"))
    if not ok:
        raise _lying(name)
