"""Who hears of promises that run out or are broken. Reversible: removes the rules."""

from django.db import migrations

EVENTS = ["ticket.sla_warned", "ticket.sla_breached"]


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event in EVENTS:
        # A breach also goes by mail; a warning shows where people are working anyway.
        channels = ["bell", "email"] if event.endswith("breached") else ["bell"]
        Rule.objects.get_or_create(
            event=event,
            audience="promise",
            defaults={"kind": "desk_alerts", "channels": channels, "template": "promise"},
        )


def remove_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    Rule.objects.filter(event__in=EVENTS, audience="promise").delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_promises")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
