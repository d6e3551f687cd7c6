"""The event log is append-only: a trigger refuses changes and deletions.

Only dispatched_at may be set, and actor may become NULL (a person was erased). A purge that is
meant says so: SET LOCAL desk.purge = 'on'.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION desk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('desk.purge', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER event_append_only_update BEFORE UPDATE ON core_eventrecord FOR EACH ROW
    WHEN (
        (OLD.id, OLD.name, OLD.subject_type, OLD.subject_id, OLD.actor_name, OLD.payload,
         OLD.occurred_at)
        IS DISTINCT FROM
        (NEW.id, NEW.name, NEW.subject_type, NEW.subject_id, NEW.actor_name, NEW.payload,
         NEW.occurred_at)
        OR (NEW.actor_id IS NOT NULL AND OLD.actor_id IS DISTINCT FROM NEW.actor_id)
    )
    EXECUTE FUNCTION desk_refuse_change();
CREATE TRIGGER event_append_only_delete BEFORE DELETE ON core_eventrecord FOR EACH ROW
    EXECUTE FUNCTION desk_refuse_change();
"""
BACKWARD = """
DROP TRIGGER event_append_only_update ON core_eventrecord;
DROP TRIGGER event_append_only_delete ON core_eventrecord;
DROP FUNCTION desk_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
