"""People in Cc get the conversation, as before; now a rule says so. Reversible."""

from django.db import migrations

TEMPLATES = {"ticket.staff_replied": "staff_replied", "ticket.resolved": "ticket_resolved"}


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, template in TEMPLATES.items():
        # Where customers are not mailed, or were switched off, their copies were not either.
        first = Rule.objects.filter(event=event, audience="requester").first()
        is_told = first is None or (first.is_active and "email" in first.channels)
        Rule.objects.get_or_create(
            event=event,
            audience="copies",
            defaults={
                "kind": "ticket_updates",
                "channels": ["email"],
                "template": template,
                "is_active": is_told,
            },
        )


def remove_rules(apps, schema_editor):
    apps.get_model("notifications", "Rule").objects.filter(audience="copies").delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0030_rule_matrix")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
