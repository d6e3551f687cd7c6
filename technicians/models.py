"""Technicians, their skills and their time."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from core.models import Versioned
from technicians.querysets import TechnicianQuerySet


class TsTzRange(Func):
    """tstzrange(start, end, '[)'): the half-open stretch between two moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Availability(models.TextChoices):
    """What a technician says of themselves right now."""

    AVAILABLE = "available", _("Available")
    BUSY = "busy", _("Busy")
    OFF = "off", _("Off")


class Skill(models.Model):
    """Something a technician can do, such as repairing laser printers."""

    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("skill")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="skill_name_once")]

    def __str__(self) -> str:
        return self.name


class Technician(Versioned):
    """A member of staff who can own tickets: in the field, remotely, or at the desk.

    is_dispatched: has the role of a technician, so jobs are proposed and given to them. A
    colleague of the desk has a profile too, without it: they take what they want, or are handed it.

    Service area: within service_radius_km of home, or one of service_postcodes (prefixes,
    upper case, no spaces). Neither given: everywhere.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="technician")
    skills = models.ManyToManyField(Skill, through="TechnicianSkill", related_name="technicians")
    languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("languages")
    )
    home_latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    home_longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    service_radius_km = models.PositiveIntegerField(_("service radius, km"), null=True, blank=True)
    service_postcodes = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("postcodes")
    )
    is_dispatched = models.BooleanField(_("is given jobs"), default=True)
    works_in_field = models.BooleanField(_("visits customers"), default=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    availability = models.CharField(
        _("availability"), max_length=10, choices=Availability, default=Availability.AVAILABLE
    )
    daily_capacity = models.PositiveSmallIntegerField(_("jobs a day"), default=6)

    objects = TechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("technician")
        constraints = [
            models.CheckConstraint(
                condition=Q(availability__in=Availability.values), name="technician_availability"
            ),
            models.CheckConstraint(
                condition=Q(home_latitude=None, home_longitude=None)
                # NOT NULL is spelled out: an unknown check passes, and so would half a place.
                | Q(
                    home_latitude__isnull=False,
                    home_longitude__isnull=False,
                    home_latitude__range=(-90, 90),
                    home_longitude__range=(-180, 180),
                ),
                name="technician_place",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("technicians:detail", args=[self.pk])

    @property
    def home(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees, or None when unknown."""
        if self.home_latitude is None or self.home_longitude is None:
            return None
        return self.home_latitude, self.home_longitude


class TechnicianSkill(models.Model):
    """How well one technician has one skill: 1 (learning) to 5 (expert)."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="skill_levels")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="holders")
    level = models.PositiveSmallIntegerField(_("level, 1 to 5"), default=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["technician", "skill"], name="technician_skill_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="technician_skill_level"),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id}: {self.skill_id} at {self.level}"


class WorkingHours(models.Model):
    """One stretch of work on a weekday (0 = Monday), in minutes after midnight, own zone."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    starts_minutes = models.PositiveSmallIntegerField(_("from"))
    ends_minutes = models.PositiveSmallIntegerField(_("to"))

    class Meta:
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "starts_minutes"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_weekday"),
            models.CheckConstraint(
                condition=Q(starts_minutes__lt=F("ends_minutes"), ends_minutes__lte=1440),
                name="hours_order",
            ),
            ExclusionConstraint(
                name="hours_no_overlap",
                expressions=[
                    ("technician", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func(F("starts_minutes"), F("ends_minutes"), function="INT4RANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.words}"

    @property
    def words(self) -> str:
        """The stretch as people read it: 09:00-17:30."""
        clock = (divmod(minutes, 60) for minutes in (self.starts_minutes, self.ends_minutes))
        return "-".join(f"{hour:02d}:{minute:02d}" for hour, minute in clock)


class TimeOff(models.Model):
    """A stretch in which a technician does not work."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name_plural = _("time off")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="time_off_order"),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.starts_at} - {self.ends_at}"


class Booking(models.Model):
    """Time of a technician that is taken. Two overlapping ones of one person cannot be stored."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    purpose = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="booking_order"),
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[
                    ("technician", RangeOperators.EQUAL),
                    (
                        TsTzRange("starts_at", "ends_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.starts_at} - {self.ends_at}"
