"""The six roles. Each is a Group of the same name, made by a migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be; staff may have several."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    TECHNICIAN = "technician", _("Technician")
    SALES = "sales", _("Sales")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


STAFF_ROLES = [role for role in Role if role is not Role.CUSTOMER]
