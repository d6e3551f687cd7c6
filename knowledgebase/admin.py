"""Back office of the knowledge base. Articles are written on their own pages; here one looks."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from core.admin import DeskModelAdmin, ReadOnlyAdmin
from core.events import record
from core.record_events import RecordChanged, RecordCreated
from knowledgebase.forms import ArticleCategoryForm
from knowledgebase.models import Article, ArticleCategory, ArticleRevision


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ["title", "category", "status", "visibility", "owner", "updated_at"]
    list_filter = ["status", "visibility", "category"]
    list_select_related = ["category", "owner"]
    search_fields = ["title"]
    exclude = ["words", "plain"]


@admin.register(ArticleCategory)
class ArticleCategoryAdmin(DeskModelAdmin):
    form = ArticleCategoryForm
    list_display = ["name", "position"]
    search_fields = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: ArticleCategory, form: ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        happened = RecordCreated(str(obj))
        if change:
            labels = ", ".join(str(form.fields[name].label) for name in form.changed_data)
            happened = RecordChanged(str(obj), labels)
        record(happened, subject=obj, actor=request.user)


@admin.register(ArticleRevision)
class ArticleRevisionAdmin(ReadOnlyAdmin):
    list_display = ["article", "number", "author_name", "created_at"]
    list_select_related = ["article"]
    search_fields = ["=article__id", "title"]
