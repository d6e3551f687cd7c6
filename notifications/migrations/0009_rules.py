"""Whom a rule names hears of it; trouble with a rule goes to who can change it.

Reversible: removes the rules.
"""

from django.db import migrations, models


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
    dependencies = [
        ("notifications", "0008_composer_rules"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="rule",
            name="rule_audience",
        ),
        migrations.RemoveConstraint(
            model_name="rule",
            name="rule_keeps_internal_news_inside",
        ),
        migrations.AlterField(
            model_name="rule",
            name="audience",
            field=models.CharField(
                choices=[
                    ("requester", "The customer who reported it"),
                    ("technician", "The assigned technician"),
                    ("previous_technician", "The technician it was taken from"),
                    ("desk", "Agents and managers"),
                    ("team", "The ticket's team"),
                    ("queue", "The team, else the desk, while nobody has it"),
                    ("promise", "Whom the promise names, without those on time off"),
                    ("followers", "Colleagues who follow the ticket"),
                    ("author", "The author of the reply"),
                    ("named", "Whom an automation rule names"),
                    ("rule_makers", "Who can change automation rules"),
                ],
                max_length=30,
                verbose_name="audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "audience__in",
                        [
                            "requester",
                            "technician",
                            "previous_technician",
                            "desk",
                            "team",
                            "queue",
                            "promise",
                            "followers",
                            "author",
                            "named",
                            "rule_makers",
                        ],
                    )
                ),
                name="rule_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("audience", "requester"),
                    (
                        "event__in",
                        [
                            "ticket.note_added",
                            "ticket.declined",
                            "ticket.no_technician_found",
                            "ticket.edited",
                            "ticket.sla_warned",
                            "ticket.sla_breached",
                            "ticket.due_date_set",
                            "ticket.due_date_cleared",
                            "ticket.reply_queued",
                            "ticket.reply_undone",
                            "ticket.reply_held",
                            "ticket.status_kept",
                            "ticket.copies_changed",
                            "ticket.follower_added",
                            "ticket.follower_removed",
                            "ticket.rule_told",
                            "ticket.rule_replied",
                            "ticket.rule_stopped",
                        ],
                    ),
                    _negated=True,
                ),
                name="rule_keeps_internal_news_inside",
            ),
        ),
        migrations.RunPython(make_rules, remove_rules),
    ]
