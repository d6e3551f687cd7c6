"""One calendar to begin with: Monday to Friday, 9 to 17, in the desk's zone.

Backwards it stays: there is always a default calendar, and the tables go with 0001.
"""

from django.conf import settings
from django.db import migrations


def add_default(apps, schema_editor):
    Calendar = apps.get_model("calendars", "Calendar")
    WeeklyFrame = apps.get_model("calendars", "WeeklyFrame")
    if Calendar.objects.filter(is_default=True).exists():
        return
    calendar = Calendar.objects.create(
        name="Office hours", time_zone=settings.TIME_ZONE, is_default=True
    )
    WeeklyFrame.objects.bulk_create(
        WeeklyFrame(calendar=calendar, weekday=day, starts_minutes=540, ends_minutes=1020)
        for day in range(5)
    )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0002_never_without_hours")]
    operations = [migrations.RunPython(add_default, migrations.RunPython.noop)]
