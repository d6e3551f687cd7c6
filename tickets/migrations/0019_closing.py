"""Customers are warned before a resolved ticket closes."""

import django.core.validators
from django.db import migrations, models
from django.db.models import F, Q

# A desk that closes after a day or two cannot warn two days before.
FITTING = """
UPDATE tickets_desksettings SET close_warning_days = auto_close_days - 1
WHERE close_warning_days >= auto_close_days;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0018_rules")]
    operations = [
        migrations.AddField(
            "desksettings", "close_warning_days",
            models.PositiveSmallIntegerField(default=2, help_text="By e-mail, once. 0 warns nobody.", validators=[django.core.validators.MaxValueValidator(30)], verbose_name="warn the customer so many days before it closes"),
        ),
        migrations.RunSQL(FITTING, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "desksettings",
            models.CheckConstraint(condition=Q(close_warning_days__lt=F("auto_close_days")), name="desk_settings_warning"),
        ),
        migrations.AddField(
            "ticket", "close_warned_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            "ticket",
            models.CheckConstraint(condition=Q(close_warned_at=None) | Q(status__in=["resolved", "closed"]), name="ticket_warned_is_done"),
        ),
    ]  # fmt: skip
