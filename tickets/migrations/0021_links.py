import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0020_queue_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('related', 'related'), ('parent', 'parent of'), ('problem', 'problem behind'), ('split', 'split into')], max_length=8)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_to', to='tickets.ticket')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_from', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'link of tickets',
                'verbose_name_plural': 'links of tickets',
                'constraints': [models.UniqueConstraint(fields=('source', 'target', 'kind'), name='link_once'), models.UniqueConstraint(condition=models.Q(('kind', 'parent')), fields=('target',), name='link_one_parent'), models.UniqueConstraint(condition=models.Q(('kind', 'problem')), fields=('target',), name='link_one_problem'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='link_not_itself'), models.CheckConstraint(condition=models.Q(('kind__in', ['related', 'parent', 'problem', 'split'])), name='link_kind'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'related'), _negated=True), ('source__lt', models.F('target')), _connector='OR'), name='link_related_order')],
            },
        ),
    ]
