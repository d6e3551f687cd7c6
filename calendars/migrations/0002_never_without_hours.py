"""No calendar without weekly frames, and always a default one.

Deferred to the end of the transaction: an action may delete the old frames before it stores the
new ones. Both tables are small, so each check looks at all calendars.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION desk_calendars_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM calendars_calendar c
        WHERE NOT EXISTS (SELECT FROM calendars_weeklyframe f WHERE f.calendar_id = c.id)
    ) THEN
        RAISE EXCEPTION 'a calendar needs working hours'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_has_hours';
    END IF;
    IF NOT EXISTS (SELECT FROM calendars_calendar WHERE is_default) THEN
        RAISE EXCEPTION 'there must be a default calendar'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_has_default';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER calendar_works AFTER INSERT OR UPDATE OF is_default OR DELETE
    ON calendars_calendar DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION desk_calendars_work();
CREATE CONSTRAINT TRIGGER weekly_frame_left AFTER UPDATE OF calendar_id OR DELETE
    ON calendars_weeklyframe DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION desk_calendars_work();
"""
BACKWARD = """
DROP TRIGGER calendar_works ON calendars_calendar;
DROP TRIGGER weekly_frame_left ON calendars_weeklyframe;
DROP FUNCTION desk_calendars_work();
"""


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
