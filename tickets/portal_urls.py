"""Urls of the customer portal's ticket pages."""

portal_urlpatterns: list = []
