"""The one row of desk settings."""

from django.db import migrations


def make_row(apps, schema_editor):
    apps.get_model("tickets", "DeskSettings").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_same_customer")]
    operations = [migrations.RunPython(make_row, migrations.RunPython.noop)]
