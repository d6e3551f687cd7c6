"""Forms of articles and their categories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.conflicts import VersionedFormMixin
from core.submissions import OnceForm
from core.text import is_key, one_line
from devices.models import Product
from knowledgebase import permissions
from knowledgebase.errors import CategoryTaken
from knowledgebase.models import Article, ArticleCategory, Visibility

OFFERED = 300  # products


class ArticleForm(VersionedFormMixin, OnceForm, forms.ModelForm):
    """An article; two editors meet on the conflict page. Products are added and taken away, so
    that two who each add one both keep theirs.
    """

    products = forms.ModelMultipleChoiceField(
        Product.objects.all(),
        label=_("About these products"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tickets about them offer this article first."),
    )

    # Keys of those the page showed when it was opened; a field, so the conflict page has it too.
    products_shown = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = ["title", "body", "category", "visibility"]
        widgets = {"body": forms.Textarea(attrs={"rows": 18, "class": "mono-area"})}
        help_texts = {"body": _("Markdown: # heading, **bold**, - list, 1. steps, `code`.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        fields["category"].empty_label = _("Choose a category")
        chosen = list(self.instance.products.all()) if self.instance.pk else []
        offered = dict.fromkeys([*chosen, *Product.objects.order_by("brand", "model")[:OFFERED]])
        fields["products"].choices = [(product.pk, str(product)) for product in offered]
        fields["products"].initial = chosen
        fields["products_shown"].initial = ",".join(str(product.pk) for product in chosen)
        fields["body"].strip = False

    def clean_visibility(self) -> str:
        """Widening a published article publishes it for more people."""
        asked = str(self.cleaned_data["visibility"])
        may = permissions.can_publish_for(self.user, asked)
        if self.instance.pk and self.instance.is_published and not may:
            raise forms.ValidationError(_("A manager publishes articles for customers."))
        return asked

    @property
    def values(self) -> dict[str, Any]:
        """What the action is to store."""
        names = ("title", "body", "category", "visibility")
        source = self.merged_data if self.instance.pk else self.cleaned_data
        return {name: source[name] for name in names if name in source}

    @property
    def product_changes(self) -> dict[str, set[Product]]:
        """add and remove, against what the page showed."""
        chosen = set(self.cleaned_data["products"])
        keys = [key for key in self.cleaned_data["products_shown"].split(",") if is_key(key)]
        shown = set(Product.objects.filter(pk__in=keys))
        return {"add": chosen - shown, "remove": shown - chosen}


class ArticleCategoryForm(forms.ModelForm):
    """A shelf."""

    class Meta:
        model = ArticleCategory
        fields = ["name", "about", "icon", "position"]

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        same = ArticleCategory.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(CategoryTaken.message)
        return name

    def validate_constraints(self) -> None:
        """Nothing more than clean_name says in kinder words."""


PUBLISHED_FOR = {
    Visibility.PUBLIC: _("Everybody can read it now."),
    Visibility.CUSTOMERS: _("Customers who are signed in can read it now."),
    Visibility.STAFF: _("Everybody who works here can read it now."),
}
