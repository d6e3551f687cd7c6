"""The six roles. Each is a Group of the same name; what each may do in the administration."""

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


DESK_ROLES = [Role.AGENT, Role.MANAGER, Role.ADMIN]
STAFF_ROLES = [role for role in Role if role is not Role.CUSTOMER]

# Role -> (app, actions); "*" means every app. Models of an app share the grant, so a new model
# needs no line here. What a person sees on the pages of the desk is decided by visible_to and
# the permissions.py of each app; these are Django's model permissions, which the administration
# and other tools ask for.
_LOOK = {"view"}
_WORK = {"view", "add", "change"}
GRANTS: dict[Role, dict[str, set[str]]] = {
    Role.CUSTOMER: {},
    Role.SALES: {"customers": _WORK, "devices": _LOOK, "tickets": _LOOK},
    Role.TECHNICIAN: {
        "customers": _LOOK,
        "devices": _LOOK,
        "technicians": _LOOK,
        "tickets": _LOOK,
        "servicelogs": {"view", "add"},
    },
    Role.AGENT: {
        "customers": _WORK,
        "devices": _WORK,
        "technicians": _LOOK,
        "tickets": _WORK,
        "servicelogs": {"view", "add"},
        "knowledgebase": _WORK,
    },
    Role.MANAGER: {
        "*": _LOOK,
        "customers": _WORK | {"delete"},
        "devices": _WORK | {"delete"},
        "technicians": _WORK | {"delete"},
        "tickets": _WORK,
        "servicelogs": {"view", "add"},
        "knowledgebase": _WORK,
        "notifications": {"view", "change"},
    },
    Role.ADMIN: {"*": {"view", "add", "change", "delete"}},
}


def granted(role: Role, app_label: str, codename: str) -> bool:
    """Whether a role has the permission `<app_label>.<action>_<model>`."""
    grants = GRANTS[role]
    return codename.split("_")[0] in grants.get(app_label, grants.get("*", set()))
