"""Urls without a domain."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("readyz", views.readyz, name="readyz"),
]
