"""What the check of files found, and what is not removed yet."""

from attachments.models import FileRemoval, StoredFile
from core.health import figure, seconds_since

REMOVAL_LIMIT_SECONDS = 3600


@figure("files_with_problems", limit=0)
def files_with_problems() -> int:
    """Stored files that are missing or damaged; `manage.py check_files` lists them."""
    return StoredFile.objects.exclude(problem="").count()


@figure("oldest_file_removal_seconds", limit=REMOVAL_LIMIT_SECONDS)
def oldest_removal() -> int:
    """How long bytes that have to go are still there."""
    waiting = FileRemoval.objects.order_by("pk")
    return seconds_since(waiting.values_list("created_at", flat=True).first())
