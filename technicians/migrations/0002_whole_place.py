"""Half a place (a latitude without a longitude) is refused: NULL made the old check pass."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("technicians", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="technician", name="technician_place"),
        migrations.AddConstraint(
            model_name="technician",
            constraint=models.CheckConstraint(
                condition=Q(home_latitude=None, home_longitude=None)
                | Q(
                    home_latitude__isnull=False,
                    home_longitude__isnull=False,
                    home_latitude__range=(-90, 90),
                    home_longitude__range=(-180, 180),
                ),
                name="technician_place",
            ),
        ),
    ]
