"""Work entries. A database trigger refuses to change or remove one."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attachments.models import StoredFile
from core.checks import at_most
from servicelogs.querysets import ServiceLogQuerySet
from technicians.models import Technician
from tickets.models import Ticket

DONE_LENGTH = 20_000  # characters


class LogKind(models.TextChoices):
    """How the work was done."""

    REMOTE = "remote", _("Remote")
    VISIT = "visit", _("Visit")
    PHONE = "phone", _("Phone")
    WORKSHOP = "workshop", _("Workshop")


class ServiceLog(models.Model):
    """What somebody did on a ticket, and how long it took."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="service_logs")
    technician = models.ForeignKey(
        Technician, models.SET_NULL, null=True, blank=True, related_name="service_logs"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=LogKind, default=LogKind.REMOTE)
    done = models.TextField(_("what was done"), max_length=DONE_LENGTH)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="corrected_by"
    )
    created_at = models.DateTimeField()

    objects = ServiceLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("service log")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ticket", "created_at"], name="service_log_ticket")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LogKind.values), name="log_kind"),
            models.CheckConstraint(condition=Q(done__regex=r"\S"), name="log_done_given"),
            models.CheckConstraint(condition=at_most("done", DONE_LENGTH), name="log_done_length"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="log_minutes"),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="log_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.minutes} min on {self.ticket_id}"


class PartUsed(models.Model):
    """A part fitted during one entry."""

    log = models.ForeignKey(ServiceLog, models.CASCADE, related_name="parts")
    name = models.CharField(_("part"), max_length=120)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="part_quantity"),
            models.CheckConstraint(condition=~Q(name=""), name="part_name_given"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"


class LogFile(models.Model):
    """A photo or file of one entry."""

    log = models.ForeignKey(ServiceLog, models.CASCADE, related_name="files")
    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.stored_id} on log {self.log_id}"
