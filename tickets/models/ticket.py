"""Tickets, their conversation and the desk's settings."""

from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Greatest, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from attachments.models import StoredFile
from core.checks import at_most
from core.models import Versioned
from customers.models import Contact, Customer
from devices.models import Device
from technicians.models import Booking, Skill, Technician
from tickets.models.custom import CUSTOM_INDEX, IS_OBJECT
from tickets.models.tags import MOST_TAGS, TAG_INDEX
from tickets.querysets import MessageQuerySet, TicketQuerySet


class Status(models.TextChoices):
    """State of a ticket. What people see besides ("New", "Visit booked") is derived."""

    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting on customer")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


# The one table of allowed moves. Resolved may reopen; closed never does: a later message opens
# a follow-up ticket (SEMANTICS section 1).
MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD, Status.RESOLVED}),
    Status.IN_PROGRESS: frozenset({Status.OPEN, Status.WAITING, Status.ON_HOLD, Status.RESOLVED}),
    Status.WAITING: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.ON_HOLD, Status.RESOLVED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.RESOLVED}),
    Status.RESOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}
TEXT_LENGTH, RESOLUTION_LENGTH = 100_000, 20_000  # characters
WORDS = r"\S"  # something that can be read
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
LIVE = [Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD]
DONE = [Status.RESOLVED, Status.CLOSED]
PENDING = [Status.WAITING, Status.ON_HOLD]  # nobody of the desk can do anything now


class Priority(models.IntegerChoices):
    """How urgent; a smaller number comes first."""

    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")


class TicketChannel(models.TextChoices):
    """How the problem reached us."""

    PORTAL = "portal", _("Portal")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    CHAT = "chat", _("Chat")
    API = "api", _("API")


class Category(models.Model):
    """Kind of problem; decides skills, team, minutes and whether a visit is needed."""

    name = models.CharField(_("name"), max_length=80)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    skills = models.ManyToManyField(Skill, through="CategorySkill", related_name="+", blank=True)
    is_onsite = models.BooleanField(_("needs a visit"), default=False)
    expected_minutes = models.PositiveSmallIntegerField(
        _("expected minutes"),
        default=45,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
    )
    auto_assign = models.BooleanField(_("assign by itself"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="category_name_once"),
            models.CheckConstraint(
                condition=Q(expected_minutes__range=(5, 1440)), name="category_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CategorySkill(models.Model):
    """A skill a category needs, at least at this level."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="needed_skills")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="+")
    minimum_level = models.PositiveSmallIntegerField(_("at least level"), default=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "skill"], name="category_skill_once"),
            models.CheckConstraint(
                condition=Q(minimum_level__range=(1, 5)), name="category_skill_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} needs {self.skill_id} at {self.minimum_level}"


@cache
def _tickets_path() -> str:
    """Where the pages of tickets are: a list asks for dozens of them."""
    return reverse("tickets:detail", args=[0]).removesuffix("0/")


class Ticket(Versioned):
    """One problem. Its number is its key: SD-000123.

    A database trigger refuses a device of another customer, and a requester of another one.
    """

    channel = models.CharField(
        _("channel"), max_length=10, choices=TicketChannel, default=TicketChannel.PORTAL
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tickets")
    requester = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    device = models.ForeignKey(
        Device, models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    category = models.ForeignKey(
        # ticket_by_category below begins with it.
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), max_length=TEXT_LENGTH)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    technician = models.ForeignKey(
        Technician, models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="tickets")
    booking = models.OneToOneField(
        Booking, models.SET_NULL, null=True, blank=True, related_name="ticket"
    )
    resolution = models.TextField(_("resolution"), blank=True, max_length=RESOLUTION_LENGTH)
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    # A merged ticket is closed and says where its words went (see Merge).
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    merged_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    touched_at = models.DateTimeField(null=True, blank=True)  # first thing staff did
    accepted_at = models.DateTimeField(null=True, blank=True)
    on_my_way_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("next due"), null=True, blank=True)
    # Which promise that is: a ClockKind, or "" when none is due.
    due_kind = models.CharField(max_length=12, blank=True, editable=False)
    # Tickets without a promise come last; a column that is never NULL can be paged by key.
    due_order = models.GeneratedField(
        expression=Coalesce("due_at", Value(NEVER)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    # What the customer may see happen; an internal note is not among it.
    customer_news_at = models.GeneratedField(
        expression=Greatest(
            "opened_at", "accepted_at", "on_my_way_at", "started_at", "resolved_at", "closed_at",
            "last_customer_at", "last_staff_at",
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )  # fmt: skip
    # Snoozed: out of sight until then, and whether it is open again then or stays as it is.
    wakes_at = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    wakes_open = models.BooleanField(default=False)
    # The customer was told that this resolved ticket is about to close.
    close_warned_at = models.DateTimeField(null=True, blank=True)
    last_customer_at = models.DateTimeField(null=True, blank=True)
    last_staff_at = models.DateTimeField(null=True, blank=True)
    # {key of CustomField: value}; what each kind takes is said in tickets.custom.
    custom = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    # Keys of Tag, each once: the queue shows and filters a million rows without a join.
    tag_ids = ArrayField(
        models.IntegerField(), default=list, db_default=[], blank=True, editable=False
    )
    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        indexes = [
            # A queue sorts by one of these and then by the key: see core.keyset.
            *(
                models.Index(fields=[column, "id"], condition=Q(status__in=LIVE), name=name)
                for column, name in (
                    ("priority", "ticket_live_priority"),
                    ("opened_at", "ticket_live_opened"),
                    ("updated_at", "ticket_live_updated"),
                    ("due_order", "ticket_live_due"),
                )
            ),
            models.Index(fields=["priority", "id"], name="ticket_by_priority"),
            models.Index(fields=["opened_at", "id"], name="ticket_by_opened"),
            # A category, by priority, in a given state: of all tickets, first page and last. The
            # status is in it so that counting reads no rows.
            models.Index(
                fields=["category", "priority", "id"], include=["status"], name="ticket_by_category"
            ),
            # Somebody's, a team's and the waiting ones, in the order the queue shows them: by the
            # order alone a million rows would be walked to find those that are due last.
            *(
                models.Index(
                    fields=[column, "due_order", "id"],
                    condition=Q(status__in=LIVE),
                    name=f"ticket_live_{column}",
                )
                for column in ("technician", "team", "status")
            ),
            # "Nobody has it" is no value an index is in order by.
            models.Index(
                fields=["due_order", "id"],
                condition=Q(status__in=LIVE, technician=None),
                name="ticket_live_nobody",
            ),
            models.Index(fields=["customer", "-opened_at"], name="ticket_customer"),
            models.Index(fields=["device", "-opened_at"], name="ticket_device"),
            models.Index(fields=["technician", "status"], name="ticket_technician"),
            models.Index(fields=["updated_at", "id"], name="ticket_by_updated"),
            models.Index(
                fields=["resolved_at"], condition=Q(status="resolved"), name="ticket_to_close"
            ),
            models.Index(
                fields=["wakes_at"], condition=Q(wakes_at__isnull=False), name="ticket_to_wake"
            ),
            TAG_INDEX,
            CUSTOM_INDEX,
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status"),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="ticket_priority"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=TicketChannel.values), name="ticket_channel"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at=None)),
                name="ticket_closed_at_iff_closed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["resolved", "closed"], resolved_at__isnull=False)
                | (~Q(status__in=["resolved", "closed"]) & Q(resolved_at=None)),
                name="ticket_resolved_at_iff_done",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["resolved", "closed"]) | ~Q(resolution=""),
                name="ticket_resolution_given",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False, status="closed"),
                name="ticket_merged_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")),
                name="ticket_merged_not_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(wakes_at=None, wakes_open=False)
                | Q(wakes_at__isnull=False, status__in=PENDING),
                name="ticket_snoozed_is_pending",
            ),
            models.CheckConstraint(
                condition=Q(close_warned_at=None) | Q(status__in=["resolved", "closed"]),
                name="ticket_warned_is_done",
            ),
            models.CheckConstraint(condition=Q(subject__regex=WORDS), name="ticket_subject_given"),
            models.CheckConstraint(
                condition=Q(description__regex=WORDS), name="ticket_description_given"
            ),
            models.CheckConstraint(
                condition=at_most("description", TEXT_LENGTH), name="ticket_description_length"
            ),
            models.CheckConstraint(
                condition=at_most("resolution", RESOLUTION_LENGTH), name="ticket_resolution_length"
            ),
            models.CheckConstraint(
                condition=Q(tag_ids__len__lte=MOST_TAGS), name="ticket_tags_most"
            ),
            models.CheckConstraint(condition=IS_OBJECT, name="ticket_custom_is_object"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    def get_absolute_url(self) -> str:
        return f"{_tickets_path()}{self.pk}/"

    @property
    def reference(self) -> str:
        """The number people use: SD-000123."""
        return f"SD-{self.pk:06d}"

    @property
    def shown_status(self) -> str:
        """Key of the state people are shown: a Status, or "new" or "visit", which are derived."""
        return shown_status(
            self.status, is_touched=self.touched_at is not None, has_visit=bool(self.booking_id)
        )

    @property
    def is_live(self) -> bool:
        """Neither resolved nor closed."""
        return self.status in LIVE

    @property
    def is_paused(self) -> bool:
        """Whether no clock runs because somebody else is to move."""
        return self.due_at is None and self.status in {Status.WAITING, Status.ON_HOLD}


def shown_status(status: str, *, is_touched: bool, has_visit: bool) -> str:
    """Key of the state people are shown: a Status, or "new" or "visit", which are derived."""
    if status == Status.OPEN and not is_touched:
        return "new"
    if status in (Status.OPEN, Status.IN_PROGRESS) and has_visit:
        return "visit"
    return status


class MessageKind(models.TextChoices):
    """Who may read a message."""

    REPLY = "reply", _("Public reply")
    NOTE = "note", _("Internal note")
    OUT = "out", _("Being sent")  # a reply the customer may not see yet: see models/outbox.py


class Message(models.Model):
    """One entry of the conversation. A note is never shown to the customer."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=5, choices=MessageKind, default=MessageKind.REPLY)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    is_from_customer = models.BooleanField(default=False)
    # Sent by a rule: no person answered, so no promise is kept by it.
    is_automatic = models.BooleanField(default=False, db_default=False, editable=False)
    body = models.TextField(max_length=TEXT_LENGTH)
    created_at = models.DateTimeField()
    # Only thanks for what is resolved: filed, and the ticket stays resolved.
    is_thanks = models.BooleanField(default=False, db_default=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ticket", "created_at"], name="message_ticket")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_kind"),
            models.CheckConstraint(condition=Q(body__regex=WORDS), name="message_body_given"),
            models.CheckConstraint(
                condition=at_most("body", TEXT_LENGTH), name="message_body_length"
            ),
            models.CheckConstraint(
                condition=Q(is_thanks=False) | Q(is_from_customer=True),
                name="message_thanks_by_customer",
            ),
            models.CheckConstraint(
                condition=~Q(kind="note", is_from_customer=True), name="message_note_by_staff"
            ),
            models.CheckConstraint(
                condition=~Q(kind="out", is_from_customer=True), name="message_out_by_staff"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} on {self.ticket_id}"


class TicketFile(models.Model):
    """A file on a ticket: of its report (message NULL) or of one message."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="files")
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="files"
    )
    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    is_internal = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.stored_id} on {self.ticket_id}"


class DispatchDecision(models.Model):
    """Why a technician was proposed or chosen: the whole ranking, as it was then.

    ranking: list of {"technician_id", "name", "score" 0-100 or null, "components":
    {"skills"|"distance"|"availability"|"load": {"points", "of", "words"}}, "excluded": reason}.
    retry_at: nobody fitted, and the choice is made again then; each try renews this row.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="decisions")
    technician = models.ForeignKey(
        Technician, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_automatic = models.BooleanField(default=True)
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    summary = models.CharField(max_length=500, blank=True)
    ranking = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveIntegerField(default=1)
    retry_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at", "technician"], name="decision_recent"),
            models.Index(
                fields=["retry_at"], condition=Q(retry_at__isnull=False), name="decision_to_retry"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(retry_at__isnull=False), name="decision_retry_once"
            ),
            models.CheckConstraint(
                condition=Q(retry_at=None) | Q(technician=None), name="decision_retry_for_nobody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.technician_id}"


class DeskSettings(models.Model):
    """What a manager may switch. One row, id 1."""

    auto_assign = models.BooleanField(_("assign new tickets to the best technician"), default=True)
    auto_close_days = models.PositiveSmallIntegerField(
        _("close a resolved ticket after so many days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    close_warning_days = models.PositiveSmallIntegerField(
        _("warn the customer so many days before it closes"),
        default=2,
        validators=[MaxValueValidator(30)],
        help_text=_("By e-mail, once. 0 warns nobody."),
    )
    repeat_days = models.PositiveSmallIntegerField(
        _("point out repeated problems of a device within so many days"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    undo_seconds = models.PositiveSmallIntegerField(
        _("seconds in which a reply can be taken back"),
        default=15,
        validators=[MaxValueValidator(120)],
        help_text=_("The customer sees a reply only after them. 0 sends at once."),
    )
    files_thanks = models.BooleanField(
        _("leave a ticket resolved when the customer only says thanks"), default=True
    )
    weight_skills = models.PositiveSmallIntegerField(_("weight of skills"), default=40)
    weight_distance = models.PositiveSmallIntegerField(_("weight of distance"), default=25)
    weight_availability = models.PositiveSmallIntegerField(_("weight of availability"), default=20)
    weight_load = models.PositiveSmallIntegerField(_("weight of load"), default=15)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("desk settings")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="desk_settings_one_row"),
            models.CheckConstraint(
                condition=Q(auto_close_days__range=(1, 365)), name="desk_settings_days"
            ),
            models.CheckConstraint(
                condition=Q(close_warning_days__lt=models.F("auto_close_days")),
                name="desk_settings_warning",
            ),
            models.CheckConstraint(condition=Q(undo_seconds__lte=120), name="desk_settings_undo"),
        ]

    def __str__(self) -> str:
        return "Desk settings"

    @classmethod
    def load(cls) -> "DeskSettings":
        """The one row; made by a migration, made again if somebody removed it."""
        return cls.objects.get_or_create(pk=1)[0]
