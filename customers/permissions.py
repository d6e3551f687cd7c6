"""Who may do what with a customer they can see."""

from typing import Any

from customers.models import Customer


def can_create_customer(user: Any) -> bool:
    """The desk and sales."""
    return user.is_desk or user.is_sales


def can_edit_customer(user: Any, customer: Customer) -> bool:
    """Change data and contacts: the desk and sales."""
    return user.is_desk or user.is_sales


def can_delete_customer(user: Any, customer: Customer) -> bool:
    """It takes the whole history along: managers only."""
    return user.is_manager


def can_register_device_for(user: Any, customer: Customer) -> bool:
    """Show the way to a new device: the desk."""
    return user.is_desk
