"""docs/events.md says what the code does."""

import pytest
from django.core.management import CommandError, call_command

from notifications.management.commands import events_doc


@pytest.mark.django_db
def test_the_document_is_fresh() -> None:
    call_command("events_doc", check=True)


@pytest.mark.django_db
def test_a_stale_document_is_noticed(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "events.md"
    old.write_text("old", encoding="utf-8")
    monkeypatch.setattr(events_doc, "PATH", old)
    with pytest.raises(CommandError):
        call_command("events_doc", check=True)
    call_command("events_doc")
    call_command("events_doc", check=True)
