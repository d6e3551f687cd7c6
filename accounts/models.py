"""People who sign in."""

import zoneinfo
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.querysets import InvitationQuerySet, UserManager
from accounts.roles import DESK_ROLES, Role


def validate_time_zone(value: str) -> None:
    """Refuse a zone this machine does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/London."))


class NewsKind(models.TextChoices):
    """Kinds of news a person may want by different channels."""

    TICKET_UPDATES = "ticket_updates", _("News about tickets")
    REPLIES = "replies", _("Customers write")
    MENTIONS = "mentions", _("I am mentioned")
    VISITS = "visits", _("A technician is coming")
    ASSIGNMENTS = "assignments", _("Work assigned to me")
    NEW_TICKETS = "new_tickets", _("New tickets")
    PROMISES = "promises", _("Promises run out")
    DESK_ALERTS = "desk_alerts", _("Alerts for the desk")


class Channel(models.TextChoices):
    """Ways to reach a person."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    PUSH = "push", _("Push")
    BELL = "bell", _("In the application")


class Digest(models.TextChoices):
    """How often mails come together as one."""

    NONE = "none", _("At once, one mail each")
    HOURLY = "hourly", _("Together, every hour")
    DAILY = "daily", _("Together, once a day")


class Theme(models.TextChoices):
    """Colours of the pages."""

    AUTO = "auto", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address (stored in lower case)."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    phone = PhoneNumberField(_("phone"), blank=True)
    locale = models.CharField(_("language"), max_length=10, default="en-gb")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    theme = models.CharField(_("colours"), max_length=5, choices=Theme, default=Theme.AUTO)
    single_keys = models.BooleanField(_("use single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    # Part of every session's hash: adding one signs the person out everywhere.
    sessions_version = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to be this person's: it ends with the password or version."""
        return salted_hmac(
            "accounts.User.sessions",
            f"{self.sessions_version}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    @cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the person's roles; one query unless they came along, then remembered."""
        if not self.is_active:
            return frozenset()
        granted = self.__dict__.get("granted")  # read with the person: see UserQuerySet.with_roles
        if granted is None:
            granted = [group.name for group in self.groups.all()]
        return frozenset(granted)

    @cached_property
    def team_keys(self) -> frozenset[int]:
        """Keys of the person's teams; one query, then remembered."""
        return frozenset(self.teams.values_list("pk", flat=True))

    def has_role(self, *roles: Role) -> bool:
        """Whether the person has any of the roles."""
        return any(role.value in self.role_names for role in roles)

    @property
    def is_customer(self) -> bool:
        return self.has_role(Role.CUSTOMER)

    @property
    def is_agent(self) -> bool:
        return self.has_role(Role.AGENT)

    @property
    def is_technician(self) -> bool:
        return self.has_role(Role.TECHNICIAN)

    @property
    def is_sales(self) -> bool:
        return self.has_role(Role.SALES)

    @property
    def is_manager(self) -> bool:
        return self.has_role(Role.MANAGER, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.has_role(Role.ADMIN)

    @property
    def is_desk(self) -> bool:
        """Works the queue: sees every customer, device and ticket."""
        return self.has_role(*DESK_ROLES)

    @property
    def is_staff_member(self) -> bool:
        """Works here, in whatever role."""
        return bool(self.role_names - {Role.CUSTOMER.value})


class SignupDetails(models.Model):
    """What somebody who registers says about themselves, kept until the address is confirmed."""

    user = models.OneToOneField(User, models.CASCADE, related_name="signup_details")
    company = models.CharField(_("company"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("sign-up details")

    def __str__(self) -> str:
        return f"{self.user}: {self.company}"


class ResetRequest(models.Model):
    """A wish for a new password, for an address we may or may not know.

    Answered outside the request, so that nobody can tell the two apart (A04); then deleted.
    """

    email = models.EmailField(_("e-mail"))
    locale = models.CharField(_("language"), max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("wish for a new password")
        verbose_name_plural = _("wishes for a new password")

    def __str__(self) -> str:
        return self.email


class ChannelPreference(models.Model):
    """By what one person hears of one kind of news. No row: each rule's own default.

    channels: all of those they want for it, and no other; empty for not at all.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="channel_preferences")
    kind = models.CharField(_("kind of news"), max_length=20, choices=NewsKind)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("channels"),
        default=list,
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="preference_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=NewsKind.values), name="preference_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(channels__contained_by=Channel.values),
                name="preference_channels",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} by {', '.join(self.channels) or 'nothing'}"


class NewsTimes(models.Model):
    """When one person wants to be disturbed. No row: always, and at once.

    quiet_from_minutes, quiet_to_minutes: on the person's wall clock, after midnight; the second
    may be the earlier one, of the next day. digest_at_minutes: of the daily mail.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="news_times")
    quiet_from_minutes = models.PositiveSmallIntegerField(_("quiet from"), null=True, blank=True)
    quiet_to_minutes = models.PositiveSmallIntegerField(_("quiet until"), null=True, blank=True)
    is_quiet_off_shift = models.BooleanField(_("quiet outside working hours"), default=False)
    urgent_comes_through = models.BooleanField(_("urgent news comes through"), default=True)
    digest = models.CharField(_("mails"), max_length=10, choices=Digest, default=Digest.NONE)
    digest_at_minutes = models.PositiveSmallIntegerField(_("time of the daily mail"), default=480)

    class Meta:
        verbose_name = verbose_name_plural = _("times for news")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from_minutes=None, quiet_to_minutes=None)
                | models.Q(
                    quiet_from_minutes__isnull=False,
                    quiet_to_minutes__isnull=False,
                    quiet_from_minutes__lt=1440,
                    quiet_to_minutes__lt=1440,
                )
                & ~models.Q(quiet_from_minutes=models.F("quiet_to_minutes")),
                name="news_times_quiet",
            ),
            models.CheckConstraint(
                condition=models.Q(digest__in=Digest.values), name="news_times_digest"
            ),
            models.CheckConstraint(
                condition=models.Q(digest_at_minutes__lt=1440), name="news_times_digest_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: times for news"


class Team(models.Model):
    """People who share a queue."""

    name = models.CharField(_("name"), max_length=80)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    class Meta:
        verbose_name = _("team")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """An admin's invitation of a colleague. The link's token is kept only as a hash."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_lower"
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.CUSTOMER), name="invitation_staff_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"

    def state(self, now: datetime | None = None) -> str:
        """Where it stands: "open", "expired", "revoked" or "accepted"."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > (now or timezone.now()) else "expired"
