from django.db import migrations


class Migration(migrations.Migration):
    """Numbers of SMS were stored as people read them: "+44 117 496 0017". They are compared now.

    One statement: there are as many rows as SMS were ever sent. Not turned back: nothing reads the
    spaces.
    """

    dependencies = [("notifications", "0023_console")]

    operations = [
        migrations.RunSQL(
            "UPDATE notifications_notification"
            " SET address = regexp_replace(address, '[^0-9+]', '', 'g')"
            " WHERE channel = 'sms' AND address ~ '[^0-9+]'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "UPDATE notifications_stoppednumber"
            " SET phone = regexp_replace(phone, '[^0-9+]', '', 'g') WHERE phone ~ '[^0-9+]'",
            migrations.RunSQL.noop,
        ),
    ]
