"""Texts that are written once and inserted often."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.checks import at_most
from tickets.models.sharing import Shared, SharedQuerySet
from tickets.models.ticket import WORDS, Category

CANNED_LENGTH = 20_000  # characters; a reply may have more around it
SHORTCUT = r"^[a-z0-9][a-z0-9_-]*$"


class CannedReplyQuerySet(SharedQuerySet):
    """Named filters over canned replies."""

    def offered(self, words: str, *, category_id: int | None) -> "CannedReplyQuerySet":
        """Those that match, the likeliest first: by shortcut, by category, by use."""
        typed = words.strip().lower().lstrip(";")
        fits = Case(
            When(Q(shortcut=typed) & ~Q(shortcut=""), then=0),
            When(Q(shortcut__startswith=typed) & ~Q(shortcut=""), then=1 if typed else 2),
            default=2,
        )
        same = Case(When(category=category_id, then=0), default=1) if category_id else Value(1)
        found: CannedReplyQuerySet = self.search(typed)  # type: ignore[assignment]
        return found.order_by(fits, same, "-uses", Lower("name"), "pk")


class CannedReply(Shared):
    """A text with {{ placeholders }} (see tickets.placeholders). category: whose tickets it fits
    best; those offer it first. shortcut: what is typed after ";" to find it, or "".
    """

    shortcut = models.CharField(
        _("shortcut"),
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(SHORTCUT, _("Small letters, digits, - and _ only, such as no-power."))
        ],
        help_text=_("Type ; and this in a reply to find the text."),
    )
    category = models.ForeignKey(
        Category,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("Tickets of this category offer the text first."),
    )
    body = models.TextField(_("text"), max_length=CANNED_LENGTH)

    SEARCHED = ("name", "shortcut", "body")
    objects = CannedReplyQuerySet.as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                F("owner"), F("team"), F("shortcut"), name="cannedreply_shortcut_once",
                condition=~Q(shortcut=""), nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(shortcut="") | Q(shortcut__regex=SHORTCUT), name="cannedreply_shortcut"
            ),
            models.CheckConstraint(
                condition=Q(body__regex=WORDS) & at_most("body", CANNED_LENGTH),
                name="cannedreply_body",
            ),
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("tickets:canned_edit", args=[self.pk])
