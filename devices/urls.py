"""Pages of devices."""

app_name = "devices"
urlpatterns: list = []
