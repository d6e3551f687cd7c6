"""Followers hear of a ticket by the bell; the author of a held reply by bell and mail.

Reversible: removes the rules.
"""

from django.db import migrations

NEWS = ["customer_replied", "staff_replied", "note_added", "resolved", "reopened", "closed"]
RULES = [
    *((f"ticket.{name}", "followers", ["bell"]) for name in NEWS),
    ("ticket.reply_held", "author", ["bell", "email"]),
]


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, audience, channels in RULES:
        Rule.objects.get_or_create(
            event=event,
            audience=audience,
            defaults={"kind": "ticket_updates", "channels": channels, "template": "job_news"},
        )


def remove_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, audience, _channels in RULES:
        Rule.objects.filter(event=event, audience=audience).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_composer")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
