

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sessions_and_signup'),
        ('customers', '0003_contains'),
        ('devices', '0002_contains'),
        ('technicians', '0002_whole_place'),
        ('tickets', '0019_closing'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='ticket',
            name='ticket_live_technician',
        ),
        migrations.RemoveIndex(
            model_name='ticket',
            name='ticket_live_team',
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['open', 'in_progress', 'waiting', 'on_hold'])), fields=['technician', 'due_order', 'id'], name='ticket_live_technician'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['open', 'in_progress', 'waiting', 'on_hold'])), fields=['team', 'due_order', 'id'], name='ticket_live_team'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['open', 'in_progress', 'waiting', 'on_hold'])), fields=['status', 'due_order', 'id'], name='ticket_live_status'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['open', 'in_progress', 'waiting', 'on_hold']), ('technician', None)), fields=['due_order', 'id'], name='ticket_live_nobody'),
        ),
    ]
