"""What `./desk run` does before the first page, in one process: each start of Django costs seconds.

Prints what the person at the terminal needs: the demo sign-ins, on a machine of their own.
"""

import os

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_behind() -> bool:
    """Whether the database lacks a migration."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
    django.setup()
    from django.conf import settings

    if is_behind():  # migrate takes a second even when there is nothing to do
        call_command("migrate", verbosity=0, skip_checks=True, interactive=False)
    if settings.DEVELOPMENT:
        call_command("load_demo", if_empty=True)
        call_command("demo_accounts")
    else:
        call_command("collectstatic", verbosity=0, interactive=False)


if __name__ == "__main__":
    main()
