"""What of a mail becomes text and files of a ticket. Nothing is lost: the source has the rest."""

from collections.abc import Sequence

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from attachments.sniff import FileRefused, check_upload, safe_name
from core.text import clean_text, one_line
from mailbox.parsing.message import MailFile
from mailbox.reading import Reading
from tickets.models.ticket import TEXT_LENGTH

ROOM = 2_000  # characters kept free for what is said below a text
MOST_NAMED = 20


def files_of(reading: Reading) -> tuple[list[UploadedFile], list[str]]:
    """(files that can be kept, names of those that cannot)."""
    return kept_of(reading.mail.attachments)


def kept_of(files: Sequence[MailFile]) -> tuple[list[UploadedFile], list[str]]:
    """The same of any files that came."""
    kept: list[UploadedFile] = []
    left: list[str] = []
    for number, file in enumerate(files):
        upload = _upload(file)
        try:
            if number >= settings.MAIL_MAX_FILES:
                raise FileRefused("")
            check_upload(upload)
        except FileRefused:
            left.append(upload.name or "")
        else:
            kept.append(upload)
    return kept, left


def _upload(file: MailFile) -> UploadedFile:
    return UploadedFile(
        file=ContentFile(file.content),
        name=safe_name(file.name),
        content_type=file.kind,
        size=len(file.content),
    )


def words_of(reading: Reading, left: list[str]) -> str:
    """What the sender wrote this time, never empty, with a line about files that were not kept."""
    text = clean_text(reading.visible_text).strip() or gettext("(This mail has no text.)")
    if len(text) > TEXT_LENGTH - ROOM:
        text = text[: TEXT_LENGTH - ROOM].rstrip()
        text += "\n\n" + gettext("[…] The rest is in the source of the mail.")
    if left:
        names = ", ".join(name[:60] for name in left[:MOST_NAMED])
        more = " …" if len(left) > MOST_NAMED else ""
        text += "\n\n" + gettext("Not attached: %(names)s") % {"names": names + more}
    return text


def subject_of(reading: Reading) -> str:
    return one_line(reading.mail.subject)[:200] or gettext("(no subject)")
