"""Which customers a person may see."""

from typing import Any

from django.db import models
from django.db.models import Q


class CustomerQuerySet(models.QuerySet):
    """Named filters over customers."""

    def visible_to(self, user: Any) -> "CustomerQuerySet":
        """Desk and sales: all. Technician: those of their tickets. Customer: their own."""
        if not user.is_active:
            return self.none()
        if user.is_desk or user.is_sales:
            return self
        if user.is_technician:
            return self.filter(
                Q(tickets__technician__user=user) | Q(tickets__team__members=user)
            ).distinct()
        if user.is_customer:
            return self.filter(contacts__user=user)
        return self.none()

    def search(self, words: str) -> "CustomerQuerySet":
        """Rows whose name, e-mail, phone, town, postcode or a contact matches every word."""
        found = self
        for word in words.split()[:8]:
            digits = "".join(c for c in word if c.isdigit()).lstrip("0")
            match = (
                Q(name__icontains=word)
                | Q(email__icontains=word)
                | Q(city__icontains=word)
                | Q(postcode__icontains=word)
                | Q(pk__in=self._contact_matches(word))
            )
            if len(digits) >= 3:
                match |= Q(phone__contains=digits)
            found = found.filter(match)
        return found

    def _contact_matches(self, word: str) -> models.QuerySet:
        from customers.models import Contact

        return Contact.objects.filter(Q(name__icontains=word) | Q(email__icontains=word)).values(
            "customer_id"
        )


class ContactQuerySet(models.QuerySet):
    """Named filters over contacts."""

    def visible_to(self, user: Any) -> "ContactQuerySet":
        """Contacts of the customers the person may see."""
        from customers.models import Customer

        return self.filter(customer__in=Customer.objects.visible_to(user))
