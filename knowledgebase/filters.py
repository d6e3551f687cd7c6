"""Filters of the list of articles."""

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.filters import ChoicesFilter, ModelsFilter, SearchFilter
from knowledgebase.models import Article, ArticleCategory, ArticleStatus, Visibility


class ArticleFilter(FilterSet):
    """The filter bar."""

    q = SearchFilter()
    category = ModelsFilter(queryset=ArticleCategory.objects.all(), label=_("Category"))
    status = ChoicesFilter(choices=ArticleStatus.choices, label=_("Status"))
    visibility = ChoicesFilter(choices=Visibility.choices, label=_("Readers"))

    class Meta:
        model = Article
        fields: list[str] = []


class ArticleCategoryFilter(FilterSet):
    """A handful of shelves needs none."""

    class Meta:
        model = ArticleCategory
        fields: list[str] = []
