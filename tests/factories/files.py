"""Files for tests."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(name: str = "panel.png", size: int = 8) -> SimpleUploadedFile:
    """A real little PNG."""
    data = io.BytesIO()
    Image.new("RGB", (size, size), "teal").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")
