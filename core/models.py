"""Base model and the append-only event log with its deliveries."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A record two people may edit at once: every save by an action adds one to `version`."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True


class EventRecord(models.Model):
    """One thing that happened. Append-only: a trigger refuses changes and deletions.

    The same row is the audit line, the entry in a timeline and the trigger of every reaction.
    """

    name = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(db_index=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            models.Index(
                fields=["id"], condition=models.Q(dispatched_at=None), name="event_undispatched"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_type} {self.subject_id}"

    @property
    def sentence(self) -> str:
        """What happened, in words, as it was then; the bare name for an unknown event."""
        from core.events import sentence_of

        return sentence_of(self)


class Delivery(models.Model):
    """That one subscriber has dealt, or still has to deal, with one event."""

    event = models.ForeignKey(EventRecord, models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(failed_at=None),
                name="delivery_done_or_failed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(done_at=None, failed_at=None),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscriber}"


class Heartbeat(models.Model):
    """When a background process last showed that it is alive; read by the health page."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at}"


class Submission(models.Model):
    """A form that was sent: whoever sends it again, or twice at once, gets what the first made.

    key: from the hidden field of the form. made_type, made_id: what the first one made.
    """

    key = models.UUIDField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_type = models.CharField(max_length=80)
    made_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("sent form")
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.key} made {self.made_type} {self.made_id}"
