"""What a merge moved, kept so that it can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tickets.models.ticket import Message, Ticket, TicketFile


class Merge(models.Model):
    """One ticket merged into another. Which message came from where is said here, per merge:
    in a chain (1 into 2, 2 into 3) a message is moved more than once.

    before, after: {"source": {field: value}, "target": {…}}, what the merge found and left;
    after["brought"]: {"tags", "copies", "followers", "links"}: what the target had not.
    report: the message on the target that holds the source's description.
    moved: how many messages and files there were; fewer by now means that some were purged.
    """

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="merges")
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    report = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    messages = models.ManyToManyField(Message, related_name="merges")
    files = models.ManyToManyField(TicketFile, related_name="+")
    moved = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at=None), name="merge_once"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"
