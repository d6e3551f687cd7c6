"""Who may do what with a device they can see."""

from typing import Any

from devices.models import Device, Product


def can_register_device(user: Any) -> bool:
    """For any customer: the desk. Customers register their own through the portal."""
    return user.is_desk


def can_edit_device(user: Any, device: Device) -> bool:
    """The desk."""
    return user.is_desk


def can_delete_device(user: Any, device: Device) -> bool:
    """Managers only: the label on the device stops working."""
    return user.is_manager


def can_print_labels(user: Any) -> bool:
    """Everybody who works here."""
    return user.is_staff_member


def can_edit_product(user: Any, product: Product) -> bool:
    """The catalogue is the desk's."""
    return user.is_desk
