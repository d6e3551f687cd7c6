"""Who hears that a snooze is over. Reversible: removes the rules."""

from django.db import migrations

EVENT = "ticket.snooze_ended"
AUDIENCES = {"technician": "ticket_updates", "queue": "desk_alerts"}


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for audience, kind in AUDIENCES.items():
        Rule.objects.get_or_create(
            event=EVENT,
            audience=audience,
            defaults={"kind": kind, "channels": ["bell"], "template": "job_news"},
        )


def remove_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    Rule.objects.filter(event=EVENT, audience__in=AUDIENCES).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_snooze")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
