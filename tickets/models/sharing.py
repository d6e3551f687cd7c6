"""What people keep for themselves, share with a team, or give to everybody."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from core.models import Versioned

ME, ALL = "me", "all"


class SharedQuerySet(models.QuerySet):
    """Named filters over what is kept and shared."""

    def visible_to(self, user: Any) -> "SharedQuerySet":
        """One's own, those of one's teams and everybody's; managers see every team's."""
        if not user.is_active or not user.is_staff_member:
            return self.none()
        if user.is_manager:
            return self.filter(Q(owner=user) | Q(owner=None))
        teams = Q(team__in=user.teams.values("pk"))
        return self.filter(Q(owner=user) | teams | Q(owner=None, team=None))

    def search(self, words: str) -> "SharedQuerySet":
        """Those that hold every one of the words, in any of the model's SEARCHED fields."""
        found = self
        for word in words.split()[:10]:
            asked = (Q(**{f"{field}__has": word}) for field in self.model.SEARCHED)
            found = found.filter(reduce(or_, asked))
        return found


class Shared(Versioned):
    """Personal (owner), of a team (team), or everybody's (neither); never both.

    uses: how often somebody took it, which sorts the lists people choose from.
    """

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    SEARCHED: ClassVar[tuple[str, ...]] = ("name",)
    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                F("owner"), F("team"), Lower("name"), name="%(class)s_name_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_name_given"),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(team=None), name="%(class)s_one_audience"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> str:
        """ "me", "team:<key>" or "all", as the form has it."""
        if self.owner_id:
            return ME
        return f"team:{self.team_id}" if self.team_id else ALL

    @property
    def audience_words(self) -> str:
        """Who has it, in words; the team must be joined."""
        if self.owner_id:
            return gettext("Only me")
        return self.team.name if self.team else str(EVERYBODY)


EVERYBODY = pgettext_lazy("audience", "Everybody")
