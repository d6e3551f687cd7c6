"""Pages of technicians."""

from django.urls import path

from technicians import views

app_name = "technicians"
urlpatterns = [
    path("technicians/", views.Index.as_view(), name="index"),
    path("technicians/new/", views.create, name="create"),
    path("technicians/<int:pk>/", views.Detail.as_view(), name="detail"),
    path("technicians/<int:pk>/edit/", views.edit, name="edit"),
    path("technicians/<int:pk>/availability/", views.availability, name="availability"),
    path("technicians/<int:pk>/hours/", views.hours, name="hours"),
    path("technicians/<int:pk>/time-off/", views.time_off_create, name="time_off_create"),
    path("technicians/time-off/<int:pk>/delete/", views.time_off_delete, name="time_off_delete"),
]
