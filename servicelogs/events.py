"""What can happen in a service log. Names are stored: never rename one."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from core.events import DomainEvent, event


@event
@dataclass(frozen=True)
class WorkLogged(DomainEvent):
    """Recorded on the ticket, so that its timeline shows it."""

    name: ClassVar[str] = "servicelog.logged"
    sentence: ClassVar[str] = _("logged {minutes} minutes of work")
    log_id: int
    minutes: int
    corrects_id: int | None = None
