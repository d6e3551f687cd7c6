"""A ticket's device and requester belong to its customer when they are set.

A trigger and not a foreign key: a device that later moves to another customer keeps its old
tickets where they happened. FOR SHARE keeps the device from moving meanwhile.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ticket_same_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.device_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM devices_device d
        WHERE d.id = NEW.device_id AND d.customer_id = NEW.customer_id FOR SHARE
    ) THEN
        RAISE EXCEPTION 'device % is not of customer %', NEW.device_id, NEW.customer_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_device_of_customer';
    END IF;
    IF NEW.requester_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM customers_contact c
        WHERE c.id = NEW.requester_id AND c.customer_id = NEW.customer_id FOR SHARE
    ) THEN
        RAISE EXCEPTION 'contact % is not of customer %', NEW.requester_id, NEW.customer_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_requester_of_customer';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ticket_same_customer_insert BEFORE INSERT ON tickets_ticket FOR EACH ROW
    EXECUTE FUNCTION ticket_same_customer();
CREATE TRIGGER ticket_same_customer_update
    BEFORE UPDATE OF device_id, requester_id, customer_id ON tickets_ticket FOR EACH ROW
    WHEN (OLD.device_id IS DISTINCT FROM NEW.device_id
          OR OLD.requester_id IS DISTINCT FROM NEW.requester_id
          OR OLD.customer_id IS DISTINCT FROM NEW.customer_id)
    EXECUTE FUNCTION ticket_same_customer();
"""
BACKWARD = """
DROP TRIGGER ticket_same_customer_insert ON tickets_ticket;
DROP TRIGGER ticket_same_customer_update ON tickets_ticket;
DROP FUNCTION ticket_same_customer();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0001_initial"),
        ("devices", "0001_initial"),
        ("customers", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
