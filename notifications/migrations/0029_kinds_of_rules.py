"""The rules under the finer kinds of news. Reversible: back to the coarse ones."""

from django.db import migrations
from django.db.models import Q

KINDS = {
    "replies": Q(event="ticket.customer_replied"),
    "mentions": Q(event="ticket.staff_mentioned"),
    "new_tickets": Q(event="ticket.opened", audience="desk"),
    "promises": Q(event__in=["ticket.sla_warned", "ticket.sla_breached"]),
}
DESK = ["desk", "queue", "promise"]


def refine(apps, schema_editor):
    rules = apps.get_model("notifications", "Rule").objects.exclude(audience="requester")
    for kind, found in KINDS.items():
        rules.filter(found).update(kind=kind)


def coarsen(apps, schema_editor):
    rules = apps.get_model("notifications", "Rule").objects.filter(kind__in=KINDS)
    rules.filter(audience__in=DESK).update(kind="desk_alerts")
    rules.exclude(audience__in=DESK).update(kind="ticket_updates")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0028_held")]
    operations = [migrations.RunPython(refine, coarsen)]
