"""Pages of technicians."""

app_name = "technicians"
urlpatterns: list = []
