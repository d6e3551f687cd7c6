"""Every url of the desk. Each app names its own pages with full paths."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls.entrance")),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("calendars.urls")),
    path("", include("customers.urls")),
    path("", include("devices.urls")),
    path("", include("technicians.urls")),
    path("", include("knowledgebase.urls")),
    path("", include("tickets.urls")),
    path("", include("servicelogs.urls")),
    path("", include("mailbox.urls")),
    path("", include("notifications.urls")),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
