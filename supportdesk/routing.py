"""WebSocket addresses: the counterpart of urls.py."""

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
