"""The rules the desk starts with: event, audience, kind of news, channels, template.

Reversible: removes them.
"""

from django.db import migrations

OPEN = ["bell", "email"]
RULES = [
    # Customers. VISITS go by SMS: somebody is at the door before the mail is read.
    ("ticket.opened", "requester", "ticket_updates", OPEN, "ticket_opened"),
    ("ticket.visit_booked", "requester", "visits", OPEN, "visit_booked"),
    ("ticket.on_the_way", "requester", "visits", ["bell", "sms"], "on_the_way"),
    ("ticket.staff_replied", "requester", "ticket_updates", OPEN, "staff_replied"),
    ("ticket.resolved", "requester", "ticket_updates", OPEN, "ticket_resolved"),
    ("ticket.closed", "requester", "ticket_updates", OPEN, "ticket_closed"),
    ("ticket.reopened", "requester", "ticket_updates", OPEN, "ticket_reopened"),
    # Technicians.
    ("ticket.assigned", "technician", "assignments", ["bell", "sms"], "job_assigned"),
    ("ticket.assigned", "previous_technician", "assignments", ["bell", "sms"], "job_taken_away"),
    ("ticket.unassigned", "previous_technician", "assignments", ["bell", "sms"], "job_taken_away"),
    ("ticket.customer_replied", "technician", "ticket_updates", OPEN, "job_news"),
    ("ticket.reopened", "technician", "ticket_updates", OPEN, "job_news"),
    ("ticket.visit_booked", "technician", "ticket_updates", ["bell"], "job_news"),
    ("ticket.note_added", "technician", "ticket_updates", ["bell"], "job_news"),
    ("ticket.resolved", "technician", "ticket_updates", ["bell"], "job_news"),
    ("ticket.closed", "technician", "ticket_updates", ["bell"], "job_news"),
    # The desk.
    ("ticket.opened", "desk", "desk_alerts", ["bell"], "job_news"),
    ("ticket.customer_replied", "queue", "desk_alerts", ["bell"], "job_news"),
    ("ticket.reopened", "queue", "desk_alerts", ["bell"], "job_news"),
    ("ticket.declined", "desk", "desk_alerts", OPEN, "job_news"),
    ("ticket.no_technician_found", "desk", "desk_alerts", OPEN, "job_news"),
]
RECEIPTS = {("ticket.opened", "requester")}  # told although they did it themselves


def make_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, audience, kind, channels, template in RULES:
        Rule.objects.get_or_create(
            event=event,
            audience=audience,
            defaults={
                "kind": kind,
                "channels": channels,
                "template": template,
                "tells_actor": (event, audience) in RECEIPTS,
            },
        )


def remove_rules(apps, schema_editor):
    Rule = apps.get_model("notifications", "Rule")
    for event, audience, _kind, _channels, _template in RULES:
        Rule.objects.filter(event=event, audience=audience).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_leases_and_rules")]
    operations = [migrations.RunPython(make_rules, remove_rules)]
