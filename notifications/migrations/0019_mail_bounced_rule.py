"""The author of an answer that came back hears of it; the technician of the ticket, too.

Reversible: removes the rules.
"""

from django.db import migrations

RULES = [("author", ["bell", "email"]), ("technician", ["bell"])]


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for audience, channels in RULES:
        Rule.objects.get_or_create(
            event="ticket.mail_bounced",
            audience=audience,
            defaults={"kind": "ticket_updates", "channels": channels, "template": "job_news"},
        )


def remove_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    Rule.objects.filter(event="ticket.mail_bounced").delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0018_mail_bounced")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
