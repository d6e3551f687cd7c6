"""Pages of articles."""

from django.urls import path

from knowledgebase import portal, views

app_name = "knowledgebase"
urlpatterns = [
    path("articles/", views.Index.as_view(), name="index"),
    path("articles/new/", views.create, name="create"),
    path("articles/preview/", views.preview, name="preview"),
    path("articles/categories/", views.Categories.as_view(), name="categories"),
    path("articles/categories/new/", views.CategoryEdit.as_view(), name="category_create"),
    path("articles/categories/<int:pk>/edit/", views.CategoryEdit.as_view(), name="category_edit"),
    path("articles/<int:pk>/", views.detail, name="detail"),
    path("articles/<int:pk>/edit/", views.edit, name="edit"),
    path("articles/<int:pk>/publish/", views.publish, name="publish"),
    path("articles/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("articles/<int:pk>/archive/", views.archive, name="archive"),
    path("articles/<int:pk>/history/", views.history, name="history"),
    path("articles/<int:pk>/history/<int:number>/restore/", views.restore, name="restore"),
    path("help/", portal.portal_index, name="portal_index"),
    path("help/<int:pk>/", portal.portal_detail, name="portal_short"),
    path("help/<int:pk>/<str:slug>/", portal.portal_detail, name="portal_detail"),
]
