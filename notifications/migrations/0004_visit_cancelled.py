"""Customers hear that a visit is off, technicians see it. Reversible: removes the two rules."""

from django.db import migrations

EVENT = "ticket.visit_cancelled"
RULES = [
    ("requester", "visits", ["bell", "email"], "visit_cancelled"),
    ("technician", "ticket_updates", ["bell"], "job_news"),
]


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for audience, kind, channels, template in RULES:
        Rule.objects.get_or_create(
            event=EVENT,
            audience=audience,
            defaults={"kind": kind, "channels": channels, "template": template},
        )


def remove_rules(apps, schema_editor):
    apps.get_model("notifications", "Rule").objects.filter(event=EVENT).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_rules")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
