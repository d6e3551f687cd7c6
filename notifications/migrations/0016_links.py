from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0015_closing'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rule',
            name='rule_keeps_internal_news_inside',
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('audience', 'requester'), ('event__in', ['ticket.note_added', 'ticket.declined', 'ticket.no_technician_found', 'ticket.edited', 'ticket.snoozed', 'ticket.snooze_ended', 'ticket.link_added', 'ticket.link_removed', 'ticket.split', 'ticket.split_received', 'ticket.sla_warned', 'ticket.sla_breached', 'ticket.due_date_set', 'ticket.due_date_cleared', 'ticket.reply_queued', 'ticket.reply_undone', 'ticket.reply_held', 'ticket.status_kept', 'ticket.copies_changed', 'ticket.follower_added', 'ticket.follower_removed', 'ticket.staff_mentioned', 'ticket.rule_told', 'ticket.rule_replied', 'ticket.rule_stopped']), _negated=True), name='rule_keeps_internal_news_inside'),
        ),
    ]
