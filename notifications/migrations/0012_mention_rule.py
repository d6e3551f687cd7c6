"""Who is mentioned in a note hears of it by bell and mail. Reversible: removes the rule."""

from django.db import migrations

RULE = {"event": "ticket.staff_mentioned", "audience": "mentioned"}


def make_rule(apps, schema_editor):
    apps.get_model("notifications", "Rule").objects.get_or_create(
        **RULE,
        defaults={
            "kind": "ticket_updates", "channels": ["bell", "email"], "template": "mention",
        },
    )  # fmt: skip


def remove_rule(apps, schema_editor):
    apps.get_model("notifications", "Rule").objects.filter(**RULE).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_mention")]
    operations = [migrations.RunPython(make_rule, remove_rule)]
