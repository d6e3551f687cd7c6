"""What the planner must know of words: whether one is rare decides how its tickets are found."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_composer")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE tickets_searchtext ALTER staff SET STATISTICS 1000,"
            " ALTER public SET STATISTICS 1000",
            "ALTER TABLE tickets_searchtext ALTER staff SET STATISTICS -1,"
            " ALTER public SET STATISTICS -1",
        )
    ]
