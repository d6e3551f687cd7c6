"""Urls of the technician's phone."""

from django.urls import path

from tickets import field

field_urlpatterns = [
    path("field/", field.field_today, name="field_today"),
    path("field/jobs/<int:pk>/", field.field_job, name="field_job"),
    path("field/jobs/<int:pk>/accept/", field.field_accept, name="field_accept"),
    path("field/jobs/<int:pk>/decline/", field.field_decline, name="field_decline"),
    path("field/jobs/<int:pk>/on-my-way/", field.field_on_my_way, name="field_on_my_way"),
    path("field/jobs/<int:pk>/start/", field.field_start, name="field_start"),
    path("field/files/<int:pk>/", field.field_attachment, name="field_attachment"),
]
