"""Urls of the customer portal's ticket pages."""

from django.urls import path

from tickets import custom_views, portal, search_views

portal_urlpatterns = [
    path("portal/", portal.portal_home, name="portal_home"),
    path("portal/tickets/", portal.PortalIndex.as_view(), name="portal_index"),
    path("portal/tickets/new/", portal.portal_create, name="portal_create"),
    path(
        "portal/tickets/new/fields/", custom_views.portal_custom_inputs, name="portal_custom_inputs"
    ),
    path("portal/tickets/new/articles/", search_views.portal_articles, name="portal_articles"),
    path("portal/tickets/<int:pk>/", portal.portal_detail, name="portal_detail"),
    path("portal/tickets/<int:pk>/reply/", portal.portal_reply, name="portal_reply"),
    path("portal/tickets/<int:pk>/fixed/", portal.portal_resolve, name="portal_resolve"),
    path("portal/tickets/<int:pk>/not-fixed/", portal.portal_reopen, name="portal_reopen"),
    path("portal/files/<int:pk>/", portal.portal_attachment, name="portal_attachment"),
]
