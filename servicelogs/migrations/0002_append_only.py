"""Work entries are append-only: a trigger refuses changes and deletions (see core 0002).

technician, author and corrects may become NULL when a person or a purged entry goes.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER log_append_only_update BEFORE UPDATE ON servicelogs_servicelog FOR EACH ROW
    WHEN (
        (OLD.id, OLD.ticket_id, OLD.author_name, OLD.kind, OLD.done, OLD.minutes,
         OLD.started_at, OLD.ended_at, OLD.created_at)
        IS DISTINCT FROM
        (NEW.id, NEW.ticket_id, NEW.author_name, NEW.kind, NEW.done, NEW.minutes,
         NEW.started_at, NEW.ended_at, NEW.created_at)
        OR (NEW.technician_id IS NOT NULL AND OLD.technician_id IS DISTINCT FROM NEW.technician_id)
        OR (NEW.author_id IS NOT NULL AND OLD.author_id IS DISTINCT FROM NEW.author_id)
        OR (NEW.corrects_id IS NOT NULL AND OLD.corrects_id IS DISTINCT FROM NEW.corrects_id)
    )
    EXECUTE FUNCTION desk_refuse_change();
CREATE TRIGGER log_append_only_delete BEFORE DELETE ON servicelogs_servicelog FOR EACH ROW
    EXECUTE FUNCTION desk_refuse_change();
CREATE TRIGGER part_append_only BEFORE UPDATE OR DELETE ON servicelogs_partused FOR EACH ROW
    EXECUTE FUNCTION desk_refuse_change();
"""
BACKWARD = """
DROP TRIGGER log_append_only_update ON servicelogs_servicelog;
DROP TRIGGER log_append_only_delete ON servicelogs_servicelog;
DROP TRIGGER part_append_only ON servicelogs_partused;
"""


class Migration(migrations.Migration):
    dependencies = [("servicelogs", "0001_initial"), ("core", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
