"""The part of the line that is about one open ticket: who is here, and that it changed."""

import json
from typing import Any

from channels.db import database_sync_to_async

from tickets import presence

LARGEST_KEY = 2**63 - 1


def group_of_ticket(ticket_id: int) -> str:
    """Name of the channel group of the pages that show a ticket."""
    return f"ticket.{ticket_id}"


def read_beat(text: str | None) -> tuple[int, bool] | None:
    """(ticket, is writing) of what a page says, or None for anything else."""
    try:
        said = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or type(said.get("ticket")) is not int:
        return None
    if not 0 < said["ticket"] <= LARGEST_KEY:
        return None
    return said["ticket"], said.get("writing") is True


class TicketLine:
    """A consumer that may stand in the group of one ticket, as long as its person may see it.

    The right is asked on joining, with every beat and every few seconds in between: somebody it
    is taken from leaves the group and the list at once, and hears nothing more.
    """

    scope: Any
    channel_layer: Any
    channel_name: str
    send_json: Any
    ticket_id: int | None = None
    is_writing = False
    shown: list[presence.Person] | None = None

    @property
    def page(self) -> str:
        """Tells the open pages of one person apart."""
        return self.channel_name[-12:].replace(":", "")

    async def on_ticket(self, ticket_id: int, is_writing: bool) -> None:
        """The page says that it shows this ticket."""
        if not await database_sync_to_async(presence.may_be_here)(self.scope["user"], ticket_id):
            await self.leave_ticket()
            return
        is_news = (ticket_id, is_writing) != (self.ticket_id, self.is_writing)
        if ticket_id != self.ticket_id:
            await self.leave_ticket()
            self.ticket_id = ticket_id
            await self.channel_layer.group_add(group_of_ticket(ticket_id), self.channel_name)
        self.is_writing = is_writing
        await database_sync_to_async(presence.say_here)(
            ticket_id, self.scope["user"], self.page, is_writing=is_writing
        )
        if is_news:
            await self._tell_others()

    async def leave_ticket(self) -> None:
        """The page is gone, or may not show the ticket any more."""
        left, self.ticket_id = self.ticket_id, None
        if left is None:
            return
        self.is_writing, self.shown = False, None
        await self.channel_layer.group_discard(group_of_ticket(left), self.channel_name)
        await database_sync_to_async(presence.say_gone)(left, self.scope["user"], self.page)
        await self.channel_layer.group_send(group_of_ticket(left), {"type": "ticket.people"})

    async def look_again(self) -> None:
        """Leave when the right has ended; notice who has gone without a word."""
        if self.ticket_id is None:
            return
        may = await database_sync_to_async(presence.may_be_here)(self.scope["user"], self.ticket_id)
        if not may:
            await self.leave_ticket()
            return
        await self._compare()

    async def ticket_people(self, message: dict[str, Any]) -> None:
        if self.ticket_id is not None:
            await self._compare()

    async def ticket_changed(self, message: dict[str, Any]) -> None:
        if self.ticket_id is not None:
            await self.send_json({"news": True})

    async def _tell_others(self) -> None:
        group = group_of_ticket(self.ticket_id or 0)
        await self.channel_layer.group_send(group, {"type": "ticket.people"})

    async def _compare(self) -> None:
        """Say that people changed, if they did since it was last said."""
        now = await database_sync_to_async(presence.people_on)(
            self.ticket_id or 0, but=self.scope["user"].pk
        )
        if now != (self.shown or []):
            self.shown = now
            await self.send_json({"people": True})
