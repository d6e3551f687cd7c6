"""The beginning of a word, as the index is asked for it: once where stem and word are the same."""

from django.db import migrations

MAKE = """
CREATE FUNCTION desk_beginning(words text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    stem tsquery := to_tsquery('desk_words', words);
    plain tsquery := to_tsquery('desk_plain', words);
BEGIN
    RETURN CASE WHEN stem = plain THEN stem ELSE stem || plain END;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0023_sms")]

    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION desk_beginning(text);")]
