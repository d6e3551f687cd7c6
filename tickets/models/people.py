"""The people of a ticket besides its requester: copies for the customer's side, followers here."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from tickets.models.ticket import Ticket


class TicketCopy(models.Model):
    """A contact or an address of the customer's side: gets every public reply in Cc."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="copies")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail"))

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ticket", Lower("email"), name="ticket_copy_once"),
            models.CheckConstraint(condition=~models.Q(email=""), name="ticket_copy_given"),
        ]

    def __str__(self) -> str:
        return self.email


class ProposedCopy(models.Model):
    """An address somebody wants in Cc who may not say so: it gets nothing until staff agrees.

    left_out_at: staff said no, so it is not asked again.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="proposed_copies")
    email = models.EmailField(_("e-mail"))
    proposed_by = models.CharField(_("proposed by"), max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    left_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposed copy")
        verbose_name_plural = _("proposed copies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ticket", Lower("email"), name="proposed_copy_once"),
            models.CheckConstraint(condition=~models.Q(email=""), name="proposed_copy_given"),
        ]

    def __str__(self) -> str:
        return self.email


class Follower(models.Model):
    """A colleague whose bell rings for this ticket. The customer never learns of it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="followed_tickets"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("follower")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.ticket_id}"
