"""Whom a rule names hears of it; trouble with a rule goes to who can change it.

Reversible: removes the rules.
"""

from django.db import migrations

RULES = [
    ("ticket.rule_told", "named", ["bell", "email"], "job_news"),
    ("ticket.rule_stopped", "rule_makers", ["bell", "email"], "job_news"),
]


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, audience, channels, template in RULES:
        Rule.objects.get_or_create(
            event=event,
            audience=audience,
            defaults={"kind": "desk_alerts", "channels": channels, "template": template},
        )


def remove_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, audience, _channels, _template in RULES:
        Rule.objects.filter(event=event, audience=audience).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0013_rules_audiences")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
