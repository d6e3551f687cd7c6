"""App configuration of the project itself: which admin site is used."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "supportdesk.admin_site.DeskAdminSite"
