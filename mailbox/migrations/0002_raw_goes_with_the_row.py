"""When a mail goes, with its ticket or its customer, its bytes are written down to go, too.

A trigger, because rows of mails go by cascade: no code of ours sees them leave.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION mailbox_forget_raw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO attachments_fileremoval (file, created_at) VALUES (OLD.raw, now());
    RETURN OLD;
END $$;
CREATE TRIGGER mailbox_forget_raw AFTER DELETE ON mailbox_inboundmail
    FOR EACH ROW EXECUTE FUNCTION mailbox_forget_raw();
"""
BACK = """
DROP TRIGGER mailbox_forget_raw ON mailbox_inboundmail;
DROP FUNCTION mailbox_forget_raw();
"""


class Migration(migrations.Migration):
    dependencies = [("mailbox", "0001_initial"), ("attachments", "0002_file_removals_and_problems")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
