"""Pages of calendars."""

from django.urls import path

from calendars import views

app_name = "calendars"
urlpatterns = [
    path("calendars/", views.Index.as_view(), name="index"),
    path("calendars/new/", views.create, name="create"),
    path("calendars/regions/", views.regions, name="regions"),
    path("calendars/<int:pk>/", views.Detail.as_view(), name="detail"),
    path("calendars/<int:pk>/edit/", views.edit, name="edit"),
    path("calendars/<int:pk>/hours/", views.hours, name="hours"),
    path("calendars/<int:pk>/holidays/", views.holidays, name="holidays"),
    path("calendars/<int:pk>/default/", views.make_default, name="make_default"),
    path("calendars/<int:pk>/delete/", views.delete, name="delete"),
    path("calendars/<int:pk>/days/new/", views.day_create, name="day_create"),
    path("calendars/days/<int:pk>/delete/", views.day_delete, name="day_delete"),
]
