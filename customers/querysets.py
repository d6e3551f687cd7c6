"""Which customers a person may see."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.phones import phone_matches


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
        """Rows whose name, e-mail, phone, town, postcode or a contact matches every word.

        Each table is asked by itself and the keys are put together: an OR across two tables is
        beyond any index, and two hundred thousand customers are read for each word.
        """
        from customers.models import Contact, Customer

        found = self
        for word in words.split()[:8]:
            own = Customer.objects.filter(_has(word, "name", "email", "city", "postcode"))
            people = Contact.objects.filter(_has(word, "name", "email"))
            found = found.filter(pk__in=own.values("pk").union(people.values("customer_id")))
        by_phone = phone_matches(words)
        if by_phone is None:
            return found
        # The words and the number are one or the other: "117 496" is two words of one number.
        same = Customer.objects.filter(by_phone).values("pk")
        theirs = Contact.objects.filter(by_phone).values("customer_id")
        return self.filter(pk__in=found.order_by().values("pk").union(same, theirs))

    def sharing_phone(self, phone: Any, *, but: int) -> "CustomerQuerySet":
        """Other customers with exactly this number, their own or that of a contact."""
        if not phone:
            return self.none()
        from customers.models import Contact

        people = Contact.objects.filter(phone=phone).values("customer_id")
        return self.filter(Q(phone=phone) | Q(pk__in=people)).exclude(pk=but)

    def with_counts(self) -> "CustomerQuerySet":
        """Adds device_count and open_count (tickets neither resolved nor closed)."""
        return self.annotate(
            device_count=self._count_of("devices"),
            open_count=self._count_of("tickets", lambda rows: rows.live()),
        )

    def with_open_tickets(self) -> "CustomerQuerySet":
        """Only those who wait for something."""
        tickets = self.model._meta.get_field("tickets").related_model._default_manager
        return self.filter(pk__in=tickets.live().values("customer_id"))

    def _count_of(self, name: str, narrow: Callable = lambda rows: rows) -> Coalesce:
        """How many rows of a reverse relation a customer has, as a subquery."""
        rows = self.model._meta.get_field(name).related_model._default_manager
        counted = (
            narrow(rows.filter(customer=OuterRef("pk")))
            .order_by()
            .values("customer")
            .annotate(n=Count("pk"))
        )
        return Coalesce(Subquery(counted.values("n")), 0)


def _has(word: str, *fields: str) -> Q:
    """One of these texts, or the phone number, contains the word."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__has": word})
    digits = "".join(c for c in word if c.isdigit()).lstrip("0")
    return found | Q(phone__contains=digits) if len(digits) >= 3 else found


class ContactQuerySet(models.QuerySet):
    """Named filters over contacts."""

    def visible_to(self, user: Any) -> "ContactQuerySet":
        """Contacts of the customers the person may see."""
        from customers.models import Customer

        return self.filter(customer__in=Customer.objects.visible_to(user))

    def search(self, words: str) -> "ContactQuerySet":
        """People whose name, e-mail or phone number matches every word."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(_has(word, "name", "email"))
        by_phone = phone_matches(words)
        return found if by_phone is None else found | self.filter(by_phone)
