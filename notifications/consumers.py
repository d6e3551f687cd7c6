"""The line to an open page: says that the bell, a ticket or its people changed, never what."""

import asyncio
import contextlib
import json
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from notifications.models import Notification
from notifications.ticket_line import LARGEST_KEY, TicketLine, read_beat

DESK_GROUP = "desk"  # every open page of the staff
NOT_SIGNED_IN = 4401
CHECK_SECONDS = 4  # somebody disabled or signed out elsewhere is cut off within five (A10)


def group_of(user_id: int) -> str:
    """Name of the channel group of a person's open pages."""
    return f"bell.{user_id}"


def read_last(text: str | None) -> int | None:
    """The newest line that a page says it has, or None for anything else."""
    try:
        said = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    last = said.get("last") if isinstance(said, dict) else None
    return last if type(last) is int and 0 <= last <= LARGEST_KEY else None


class BellConsumer(TicketLine, AsyncJsonWebsocketConsumer):
    """/ws/bell/: for people who are signed in. A page says which ticket it shows."""

    async def connect(self) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.groups_joined = [group_of(user.pk)]
        if await database_sync_to_async(lambda: user.is_staff_member)():
            self.groups_joined.append(DESK_GROUP)
        for group in self.groups_joined:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        self.watch = asyncio.create_task(self._watch())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "watch"):
            self.watch.cancel()
        await self.leave_ticket()
        for group in getattr(self, "groups_joined", ()):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Which ticket it shows, and which news it has last; nothing else means anything here."""
        if (last := read_last(text_data)) is not None:
            if await self.still_signed_in() and await self._has_missed(last):
                await self.send_json({"changed": True})
            return
        if (said := read_beat(text_data)) is not None and await self.still_signed_in():
            await self.on_ticket(*said)

    @database_sync_to_async
    def _has_missed(self, last: int) -> bool:
        """Whether the bell of this person has newer lines."""
        mine = Notification.objects.visible_to(self.scope["user"])
        return mine.filter(pk__gt=last).exists()

    async def bell_changed(self, message: dict[str, Any]) -> None:
        await self._say({"changed": True})

    async def desk_changed(self, message: dict[str, Any]) -> None:
        await self._say({"desk": True})

    async def _say(self, words: dict[str, Any]) -> None:
        if await self.still_signed_in():
            await self.send_json(words)
        else:
            await self.close(code=NOT_SIGNED_IN)

    async def still_signed_in(self) -> bool:
        """Whether the session of the connection would still let its person in."""
        if "session" not in self.scope:
            return bool(self.scope["user"].is_active)
        return bool((await get_user(self.scope)).is_authenticated)

    async def _watch(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(CHECK_SECONDS)
                if not await self.still_signed_in():
                    await self.close(code=NOT_SIGNED_IN)
                    return
                await self.look_again()
