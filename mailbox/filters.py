"""Filters of the incoming mails."""

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.filters import ChoicesFilter, ModelsFilter, SearchFilter
from mailbox.models import Fate, InboundMail, InboundSms, Mailbox, SmsFate


class MailFilter(FilterSet):
    """By words, fate and mailbox."""

    q = SearchFilter()
    fate = ChoicesFilter(choices=Fate.choices, label=_("Fate"))
    mailbox = ModelsFilter(queryset=Mailbox.objects.all(), label=_("Mailbox"))

    class Meta:
        model = InboundMail
        fields: list[str] = []


class SmsFilter(FilterSet):
    """By number and fate."""

    q = SearchFilter()
    fate = ChoicesFilter(choices=SmsFate.choices, label=_("Fate"))

    class Meta:
        model = InboundSms
        fields: list[str] = []
