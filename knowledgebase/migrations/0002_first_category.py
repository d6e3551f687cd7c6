"""One shelf to begin with: an article needs one."""

from django.db import migrations


def make_first(apps, schema_editor):
    category = apps.get_model("knowledgebase", "ArticleCategory")
    if not category.objects.exists():
        category.objects.create(name="General", position=100)


class Migration(migrations.Migration):
    dependencies = [("knowledgebase", "0001_initial")]

    operations = [migrations.RunPython(make_first, migrations.RunPython.noop)]
