"""WebSocket addresses: the counterpart of urls.py."""

from django.urls import URLPattern, path

from notifications.consumers import BellConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/bell/", BellConsumer.as_asgi()),
]
