"""Colleagues of the desk own tickets too; only technicians are given jobs."""

from django.db import migrations, models

# Role names as they were then: a migration does not follow the code.
WITHOUT_THE_ROLE = """
UPDATE technicians_technician t SET is_dispatched = false WHERE NOT EXISTS (
    SELECT FROM accounts_user_groups m JOIN auth_group g ON g.id = m.group_id
    WHERE m.user_id = t.user_id AND g.name = 'technician')"""


def follow_roles(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WITHOUT_THE_ROLE)
    user_model = apps.get_model("accounts", "User")
    technician_model = apps.get_model("technicians", "Technician")
    desk = user_model.objects.filter(
        groups__name__in=["agent", "manager", "admin"], technician=None
    ).distinct()
    for user in desk.prefetch_related("groups").iterator(chunk_size=500):
        technician_model.objects.create(
            user=user,
            works_in_field=False,
            is_dispatched=any(group.name == "technician" for group in user.groups.all()),
        )


class Migration(migrations.Migration):
    dependencies = [("technicians", "0002_whole_place"), ("accounts", "0003_sessions_and_signup")]

    operations = [
        migrations.AddField(
            model_name="technician",
            name="is_dispatched",
            field=models.BooleanField(default=True, verbose_name="is given jobs"),
        ),
        migrations.RunPython(follow_roles, migrations.RunPython.noop),
    ]
