"""Urls of the technician's phone."""

field_urlpatterns: list = []
