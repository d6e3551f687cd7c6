"""The customer is told before a resolved ticket closes. Reversible: removes the rule."""

from django.db import migrations

EVENT, AUDIENCE = "ticket.close_warned", "requester"


def make_rule(apps, schema_editor):
    apps.get_model("notifications", "Rule").objects.get_or_create(
        event=EVENT,
        audience=AUDIENCE,
        defaults={
            "kind": "ticket_updates", "channels": ["bell", "email"], "template": "close_warning",
        },
    )  # fmt: skip


def remove_rule(apps, schema_editor):
    rules = apps.get_model("notifications", "Rule").objects
    rules.filter(event=EVENT, audience=AUDIENCE).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0014_rule_news")]
    operations = [migrations.RunPython(make_rule, remove_rule)]
