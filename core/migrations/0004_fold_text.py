"""fold_text: how a text is compared when case and accents do not matter.

unaccent() is only STABLE, because its dictionary could be another one some day; with the
dictionary named it always answers alike, which an index needs. Schemas are named so that a dump
is restored under any search_path.
"""

from django.db import migrations

FORWARDS = """
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE OR REPLACE FUNCTION public.fold_text(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT upper(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_submission")]
    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION IF EXISTS public.fold_text(text);"),
    ]
