"""Pages of work entries."""

from django.urls import path

from servicelogs import field, views

app_name = "servicelogs"
urlpatterns = [
    path("servicelogs/", views.Index.as_view(), name="index"),
    path("servicelogs/<int:pk>/correct/", views.correct, name="correct"),
    path("servicelogs/of-device/<int:pk>/", views.device_panel, name="device_panel"),
    path("servicelogs/files/<int:pk>/", views.attachment, name="attachment"),
    path("tickets/<int:pk>/log/", views.create, name="create"),
    path("tickets/<int:pk>/work/", views.entries, name="entries"),
    path("tickets/<int:pk>/repeats/", views.repeat_panel, name="repeat_panel"),
    path("field/jobs/<int:pk>/log/", field.field_create, name="field_create"),
    path("field/jobs/<int:pk>/finish/", field.field_finish, name="field_finish"),
]
