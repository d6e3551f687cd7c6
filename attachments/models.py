"""Files as they were uploaded."""

import uuid

from django.conf import settings
from django.core.files.storage import Storage
from django.db import models
from django.utils.translation import gettext_lazy as _


def storage_name(instance: "StoredFile", filename: str) -> str:
    """Our own name: nothing a person typed reaches the file system."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}"


class FileProblem(models.TextChoices):
    """What the nightly check found."""

    MISSING = "missing", _("missing")
    DAMAGED = "damaged", _("damaged")


class StoredFile(models.Model):
    """One uploaded file. name is for people only; content_type is what we found inside."""

    file = models.FileField(upload_to=storage_name, max_length=100)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    problem = models.CharField(
        _("problem"), max_length=10, choices=FileProblem, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("file")
        indexes = [
            models.Index(fields=["id"], condition=~models.Q(problem=""), name="file_problem"),
            models.Index(fields=["file"], name="file_name", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size_bytes__lte=settings.FILE_MAX_BYTES), name="file_size_limit"
            ),
            models.CheckConstraint(
                condition=models.Q(problem__in=["", *FileProblem.values]), name="file_problem_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """A raster image that was verified when it was stored."""
        return self.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}


def file_storage() -> Storage:
    """Where the bytes are."""
    return StoredFile._meta.get_field("file").storage


class FileRemoval(models.Model):
    """Bytes that have to go, because the row that knew them was deleted."""

    file = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file to remove")
        verbose_name_plural = _("files to remove")

    def __str__(self) -> str:
        return self.file
