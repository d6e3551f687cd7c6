"""The line to an open page: says that the bell changed, never what."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer

NOT_SIGNED_IN = 4401


def group_of(user_id: int) -> str:
    """Name of the channel group of a person's open pages."""
    return f"bell.{user_id}"


class BellConsumer(AsyncJsonWebsocketConsumer):
    """/ws/bell/: for people who are signed in. Ignores whatever a page sends."""

    async def connect(self) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.group = group_of(user.pk)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "group"):
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, *args: Any, **kwargs: Any) -> None:
        """Nothing a page could send means anything here."""

    async def bell_changed(self, message: dict[str, Any]) -> None:
        await self.send_json({"changed": True})
