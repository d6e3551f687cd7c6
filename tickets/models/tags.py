"""Tags: words people put on tickets to find them again."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tickets.querysets import TagQuerySet

TAG_LENGTH = 40  # characters
MOST_TAGS = 20  # on one ticket


class TagColour(models.TextChoices):
    """The colours of badges; each is readable on light and on dark."""

    GREY = "", _("Grey")
    BLUE = "blue", _("Blue")
    GREEN = "green", _("Green")
    AMBER = "amber", _("Amber")
    RED = "red", _("Red")
    VIOLET = "violet", _("Violet")


class Tag(models.Model):
    """A word for tickets. Tickets hold its key in `tag_ids`, so a tag is never deleted."""

    name = models.CharField(_("name"), max_length=TAG_LENGTH)
    colour = models.CharField(_("colour"), max_length=6, choices=TagColour, blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="tag_name_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="tag_name_given"),
            models.CheckConstraint(condition=Q(colour__in=TagColour.values), name="tag_colour"),
        ]

    def __str__(self) -> str:
        return self.name


# Most tickets have no tag, and these cost nothing: has_tag() repeats the condition.
TAG_INDEX = GinIndex(fields=["tag_ids"], condition=~Q(tag_ids=[]), name="ticket_tags")
