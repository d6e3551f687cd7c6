from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_news_choices_kept'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='channelpreference',
            name='channel',
        ),
        migrations.AddConstraint(
            model_name='channelpreference',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ticket_updates', 'replies', 'mentions', 'visits', 'assignments', 'new_tickets', 'promises', 'desk_alerts'])), name='preference_kind'),
        ),
        migrations.AddConstraint(
            model_name='channelpreference',
            constraint=models.CheckConstraint(condition=models.Q(('channels__contained_by', ['email', 'sms', 'bell'])), name='preference_channels'),
        ),
    ]
