"""Who is told by mail or SMS is woken as well, on devices that agreed to it. Reversible."""

from django.db import migrations

WITH_PUSH = {("bell", "email"), ("bell", "sms")}


def add_push(apps, schema_editor):
    for rule in apps.get_model("notifications", "Rule").objects.filter(is_active=True):
        if tuple(sorted(rule.channels)) in WITH_PUSH:
            rule.channels = [*rule.channels, "push"]
            rule.save(update_fields=["channels"])


def remove_push(apps, schema_editor):
    for rule in apps.get_model("notifications", "Rule").objects.filter(channels__contains=["push"]):
        rule.channels = [channel for channel in rule.channels if channel != "push"]
        rule.is_active = bool(rule.channels)
        rule.save(update_fields=["channels", "is_active"])


class Migration(migrations.Migration):
    dependencies = [("notifications", "0032_push")]
    operations = [migrations.RunPython(add_push, remove_push)]
