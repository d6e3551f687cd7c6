"""What search reads: the words of each ticket, and the vocabulary that mends typing errors."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class SearchText(models.Model):
    """The words of one ticket, written by triggers only (migration 0009): it is derived data.

    public: what the customer may read. staff: that and the notes. Two columns and not one with
    a filter: a note's word must not even be counted for somebody who may not read it.
    """

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="search_text"
    )
    public = SearchVectorField(default="", editable=False)
    staff = SearchVectorField(default="", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("words of tickets")
        indexes = [
            # A long pending list is read by every search; a short one is folded in often.
            GinIndex(fields=["public"], name="search_public", gin_pending_list_limit=256),
            GinIndex(fields=["staff"], name="search_staff", gin_pending_list_limit=256),
        ]

    def __str__(self) -> str:
        return f"words of {self.ticket_id}"


class SearchWord(models.Model):
    """A word of subjects and descriptions, and in how many of the newest tickets it stands.

    Read only for people who see every ticket: a word of somebody else's ticket is news, too.
    """

    word = models.CharField(_("word"), max_length=40, primary_key=True)
    tickets = models.PositiveIntegerField(_("tickets"))

    class Meta:
        verbose_name = _("word of the vocabulary")
        verbose_name_plural = _("vocabulary")
        indexes = [
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word
