"""Pages of servicelogs."""

app_name = "servicelogs"
urlpatterns: list = []
