"""Reactions to what happens in apps below."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver

from customers.membership import link_confirmed_account


@receiver(email_confirmed, dispatch_uid="customers.link")
def link_account(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """At once and in the transaction of the confirmation, not by an event: the portal must be
    there when the person signs in a second later."""
    link_confirmed_account(email_address.user)
