"""Calendars: weekly frames, holidays, own days."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from calendars.official import place_words
from calendars.querysets import CalendarQuerySet
from core.models import Versioned


def desk_zone() -> str:
    """The zone a new calendar starts with."""
    return settings.TIME_ZONE


class Calendar(Versioned):
    """When work is done, in a zone of its own.

    Deferred triggers refuse a calendar without weekly frames, and a desk without a default one.
    country, region: whose official holidays are kept, "" for none. worked_holidays: dates of
    them (and of the feed) on which work goes on. feed_good_at: when the feed last answered;
    feed_error: what went wrong at the last try, "" when it answered.
    """

    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=desk_zone, validators=[validate_time_zone]
    )
    is_default = models.BooleanField(_("default"), default=False, editable=False)
    country = models.CharField(_("official holidays of"), max_length=3, blank=True)
    region = models.CharField(_("region"), max_length=20, blank=True)
    worked_holidays = ArrayField(models.DateField(), default=list, blank=True, editable=False)
    feed_url = models.CharField(
        _("address of a holiday feed"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
    )
    feed_fetched_at = models.DateTimeField(null=True, editable=False)
    feed_good_at = models.DateTimeField(null=True, editable=False)
    feed_error = models.CharField(max_length=300, blank=True, editable=False)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="calendar_name_once",
                violation_error_message=_("Another calendar has this name."),
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="calendar_one_default"
            ),
            models.CheckConstraint(
                condition=Q(region="") | ~Q(country=""), name="calendar_region_of_country"
            ),
            models.CheckConstraint(
                condition=Q(feed_url="") | Q(feed_url__startswith="https://"),
                name="calendar_feed_https",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("calendars:detail", args=[self.pk])

    @property
    def holiday_place(self) -> str:
        """Where the official holidays are from, as people read it; "" for nowhere."""
        return place_words(self.country, self.region)


class Frame(models.Model):
    """A stretch of work, in minutes after midnight on the calendar's wall; 1440: its end."""

    starts_minutes = models.PositiveSmallIntegerField(_("from"))
    ends_minutes = models.PositiveSmallIntegerField(_("to"))

    class Meta:
        abstract = True

    @property
    def span(self) -> tuple[int, int]:
        return self.starts_minutes, self.ends_minutes


def frame_order(name: str) -> models.CheckConstraint:
    """A frame ends after it starts, and with the day."""
    condition = Q(starts_minutes__lt=F("ends_minutes"), ends_minutes__lte=1440)
    return models.CheckConstraint(condition=condition, name=name)


def frames_apart(name: str, *keys: str) -> ExclusionConstraint:
    """Frames with the same keys do not overlap."""
    span = Func(F("starts_minutes"), F("ends_minutes"), function="INT4RANGE")
    same = [(key, RangeOperators.EQUAL) for key in keys]
    return ExclusionConstraint(name=name, expressions=[*same, (span, RangeOperators.OVERLAPS)])


class WeeklyFrame(Frame):
    """A stretch on every such weekday; 0 is Monday."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="weekly_frames")
    weekday = models.PositiveSmallIntegerField(_("weekday"))

    class Meta:
        ordering = ["weekday", "starts_minutes"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="weekly_weekday"),
            frame_order("weekly_order"),
            frames_apart("weekly_no_overlap", "calendar", "weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id}: {self.weekday} {self.span}"


class NamedDay(models.Model):
    """A date with a name."""

    on_date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.on_date} {self.name}"


class OwnDay(NamedDay):
    """A date that goes its own way: closed without frames, else open in these frames only.

    It wins over the weekday and over every holiday.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="own_days")

    class Meta:
        ordering = ["on_date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "on_date"], name="own_day_once")]


class OwnFrame(Frame):
    """A stretch of work on an own day."""

    day = models.ForeignKey(OwnDay, models.CASCADE, related_name="frames")

    class Meta:
        ordering = ["starts_minutes"]
        constraints = [frame_order("own_order"), frames_apart("own_no_overlap", "day")]

    def __str__(self) -> str:
        return f"{self.day_id}: {self.span}"


class FeedDay(NamedDay):
    """A holiday the feed named when it last answered."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="feed_days")

    class Meta:
        ordering = ["on_date"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on_date"], name="feed_day_once")
        ]
