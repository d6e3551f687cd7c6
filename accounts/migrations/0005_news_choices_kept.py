"""What people chose stays chosen, also for the kinds that news is now told apart by.

Reversible: the finer kinds go, and of several channels the mail stays.
"""

from django.db import migrations

CHANNELS = {"email": ["email", "bell"], "sms": ["sms", "bell"], "none": ["bell"]}
# New kind -> those it was a part of; the first that was chosen counts.
PARTS = {
    "replies": ["ticket_updates", "desk_alerts"],
    "mentions": ["ticket_updates"],
    "new_tickets": ["desk_alerts"],
    "promises": ["desk_alerts"],
}


def keep_choices(apps, schema_editor):
    Preference = apps.get_model("accounts", "ChannelPreference")
    chosen = {}
    for row in Preference.objects.all():
        row.channels = CHANNELS[row.channel]
        row.save(update_fields=["channels"])
        chosen[row.user_id, row.kind] = row
    staff = {user for user, kind in chosen if kind != "visits"}
    for user in sorted(staff):
        for kind, wholes in PARTS.items():
            row = next((chosen[user, whole] for whole in wholes if (user, whole) in chosen), None)
            if row is not None:
                Preference.objects.get_or_create(
                    user_id=user,
                    kind=kind,
                    defaults={"channel": row.channel, "channels": row.channels},
                )


def take_back(apps, schema_editor):
    Preference = apps.get_model("accounts", "ChannelPreference")
    Preference.objects.filter(kind__in=PARTS).delete()
    for row in Preference.objects.all():
        row.channel = next((name for name in ("email", "sms") if name in row.channels), "none")
        row.save(update_fields=["channel"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_news_choices")]
    operations = [migrations.RunPython(keep_choices, take_back)]
