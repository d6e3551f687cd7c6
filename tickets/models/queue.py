"""Views of the queue that people keep."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from tickets.querysets import SavedViewQuerySet


class SavedView(models.Model):
    """A filter of the queue under a name: one's own, or shared with a team.

    query: {filter: [values]} as in the address. sort: key of a column, "-" for descending, or "".
    columns: keys in order; empty means whatever the reader chose.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", editable=False
    )
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("shared with"),
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.JSONField(default=dict, editable=False)
    sort = models.CharField(max_length=20, blank=True, editable=False)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_name_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tickets:saved", args=[self.pk])
