"""Pages of devices."""

from django.urls import path

from devices import portal, views

app_name = "devices"
urlpatterns = [
    path("devices/", views.Index.as_view(), name="index"),
    path("devices/new/", views.create, name="create"),
    path("devices/labels/", views.labels, name="labels"),
    path("devices/products/", views.Products.as_view(), name="products"),
    path("devices/products/new/", views.ProductEdit.as_view(), name="product_create"),
    path("devices/products/<int:pk>/edit/", views.ProductEdit.as_view(), name="product_edit"),
    path("devices/of-customer/<int:pk>/", views.customer_panel, name="customer_panel"),
    path("devices/<int:pk>/", views.detail, name="detail"),
    path("devices/<int:pk>/edit/", views.edit, name="edit"),
    path("devices/<int:pk>/delete/", views.delete, name="delete"),
    path("devices/<int:pk>/label.svg", views.label, name="label"),
    path("d/<uuid:code>/", views.scan, name="scan"),
    path("portal/devices/", portal.PortalIndex.as_view(), name="portal_index"),
    path("portal/devices/new/", portal.portal_create, name="portal_create"),
    path("portal/devices/<int:pk>/", portal.portal_detail, name="portal_detail"),
]
