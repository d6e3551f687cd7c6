"""Pages of customers."""

from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.Index.as_view(), name="index"),
    path("customers/new/", views.create, name="create"),
    path("customers/find/", views.find, name="find"),
    path("customers/<int:pk>/", views.detail, name="detail"),
    path("customers/<int:pk>/edit/", views.edit, name="edit"),
    path("customers/<int:pk>/delete/", views.delete, name="delete"),
    path("customers/<int:pk>/contacts/new/", views.contact_create, name="contact_create"),
    path("customers/contacts/<int:pk>/edit/", views.contact_edit, name="contact_edit"),
    path("customers/contacts/<int:pk>/delete/", views.contact_delete, name="contact_delete"),
]
