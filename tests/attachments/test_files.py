"""Bytes on the disk and rows in the database stay one (ATTACKS B17)."""

import os
import re
import time
from io import StringIO

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from attachments import actions, checking
from attachments.models import FileRemoval, StoredFile
from attachments.tasks import check_files
from core.models import EventRecord
from customers.actions import delete_customer
from tests.factories.people import make_customer
from tests.factories.work import make_ticket
from tickets.models import TicketFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    """A disk of this test's own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    return tmp_path


def store(text: str = "hello") -> StoredFile:
    return actions.store_file(
        SimpleUploadedFile("note.txt", text.encode(), "text/plain"), actor=None
    )


def age(path, hours: float) -> None:
    moment = time.time() - hours * 3600
    os.utime(path, (moment, moment))


def aged_leftover(disk, hours: float = 25):
    """Bytes whose upload was rolled back."""
    with transaction.atomic():
        stored = store("left over")
        transaction.set_rollback(True)
    path = disk / stored.file.name
    assert path.exists()
    age(path, hours)
    return path


def test_bytes_of_a_rolled_back_upload_go_after_a_day(disk):
    kept, young, old = store(), aged_leftover(disk, 23), aged_leftover(disk, 25)
    age(disk / kept.file.name, 1000)
    assert checking.remove_orphans() == 1
    assert not old.exists()
    assert young.exists()
    assert (disk / kept.file.name).exists()


def test_files_that_are_not_ours_are_left_alone(disk):
    (disk / "aa").mkdir()
    foreign = [disk / "aa" / "README", disk / "export.zip"]
    for path in foreign:
        path.write_text("x")
        age(path, 1000)
    assert checking.remove_orphans() == 0
    assert all(path.exists() for path in foreign)


def test_one_night_removes_a_bounded_number(disk, monkeypatch):
    monkeypatch.setattr(checking, "ORPHANS_PER_RUN", 2)
    paths = [aged_leftover(disk) for _ in range(3)]
    assert checking.remove_orphans() == 2
    assert sum(path.exists() for path in paths) == 1


def test_nothing_was_ever_uploaded(disk):
    disk.rmdir()
    assert checking.remove_orphans() == 0


def test_bytes_go_only_after_the_commit(disk, django_capture_on_commit_callbacks):
    stored = store()
    path = disk / stored.file.name
    with django_capture_on_commit_callbacks() as callbacks:
        actions.delete_files([stored.pk])
    assert path.exists()
    assert not StoredFile.objects.exists()
    for callback in callbacks:
        callback()
    actions.remove_files()
    assert not path.exists()
    assert not FileRemoval.objects.exists()


def test_a_rolled_back_deletion_of_a_customer_keeps_row_and_bytes(agent, disk):
    customer = make_customer()
    make_ticket(customer, files=[SimpleUploadedFile("note.txt", b"hello", "text/plain")])
    with transaction.atomic():
        delete_customer(customer, actor=agent)
        transaction.set_rollback(True)
    actions.remove_files()
    stored = StoredFile.objects.get()
    assert (disk / stored.file.name).read_bytes() == b"hello"


def test_what_the_disk_refuses_is_tried_again_and_stops_nobody(disk, monkeypatch):
    first, second = store("a"), store("b")
    names = [first.file.name, second.file.name]
    real = FileSystemStorage.delete

    def refuse(storage, name):
        if name == names[0]:
            raise PermissionError
        return real(storage, name)

    actions.delete_files([first.pk, second.pk])
    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    assert actions.remove_files() == 1
    assert FileRemoval.objects.get().file == names[0]
    monkeypatch.undo()
    assert actions.remove_files() == 1


def hurt(disk, files: list[StoredFile]) -> None:
    """Three are deleted, one byte of three is flipped."""
    for stored in files[:3]:
        (disk / stored.file.name).unlink()
    for stored in files[3:6]:
        path = disk / stored.file.name
        path.chmod(0o600)
        path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


@pytest.fixture
def hurt_ones(disk, monkeypatch, settings):
    monkeypatch.setattr(checking, "ROWS_AT_ONCE", 4)  # three batches
    files = [store(f"file {n}") for n in range(10)]
    hurt(disk, files)
    return files


def listed() -> list[tuple[int, str]]:
    return list(StoredFile.objects.exclude(problem="").order_by("pk").values_list("pk", "problem"))


def test_the_check_lists_exactly_what_is_missing_or_damaged(
    hurt_ones, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        check_files()
    assert listed() == [
        (stored.pk, "missing" if place < 3 else "damaged")
        for place, stored in enumerate(hurt_ones[:6])
    ]


def test_what_was_restored_leaves_the_list(hurt_ones, disk):
    out = StringIO()
    with pytest.raises(CommandError, match="6 files"):
        call_command("check_files", stdout=out)
    assert len(re.findall(r"^(missing|damaged) ", out.getvalue(), re.MULTILINE)) == 6
    for number, stored in enumerate(hurt_ones):
        (disk / stored.file.name).write_text(f"file {number}")
    call_command("check_files", stdout=out)
    assert listed() == []


def test_the_command_removes_orphans_only_when_asked(disk):
    path = aged_leftover(disk)
    call_command("check_files", stdout=StringIO())
    assert path.exists()
    call_command("check_files", "--remove-orphans", stdout=StringIO())
    assert not path.exists()


def test_the_download_of_a_missing_file_is_410_and_says_so(agent, client_of, disk):
    make_ticket(files=[SimpleUploadedFile("note.txt", b"hello", "text/plain")])
    stored = StoredFile.objects.get()
    (disk / stored.file.name).unlink()
    row = TicketFile.objects.get(stored=stored)
    lines = EventRecord.objects.count()
    answer = client_of(agent).get(f"/tickets/files/{row.pk}/")
    assert answer.status_code == 410
    assert b"no longer there" in answer.content
    assert EventRecord.objects.count() == lines


def test_the_database_knows_only_these_problems(disk):
    stored = store()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(problem="odd")
