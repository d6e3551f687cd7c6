"""Pages of tickets: the desk's, the customers' and the technicians'."""

from django.urls import path, register_converter

from tickets import (
    article_views,
    canned_views,
    composer_views,
    custom_views,
    incident_views,
    link_views,
    live_views,
    macro_views,
    merge_views,
    people_views,
    property_views,
    queue_views,
    rule_views,
    search_views,
    sla_views,
    snooze_views,
    tag_views,
    views,
)
from tickets.field_urls import field_urlpatterns
from tickets.portal_urls import portal_urlpatterns
from tickets.queue import VIEWS

app_name = "tickets"


class QueueViewConverter:
    """One of the named views of the queue."""

    regex = "|".join(VIEWS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(QueueViewConverter, "queue")

urlpatterns = [
    path("tickets/", queue_views.Index.as_view(), name="index"),
    path("tickets/view/<queue:view>/", queue_views.Index.as_view(), name="view"),
    path("tickets/views/<int:pk>/", queue_views.Index.as_view(), name="saved"),
    path("tickets/views/new/", queue_views.save_view, name="save_view"),
    path("tickets/views/<int:pk>/edit/", queue_views.save_view, name="edit_view"),
    path("tickets/views/<int:pk>/delete/", queue_views.delete_view, name="delete_view"),
    path("tickets/counts/", queue_views.counts, name="counts"),
    path("tickets/display/", queue_views.display, name="display"),
    path("tickets/bulk/", queue_views.bulk, name="bulk"),
    path("tickets/<int:pk>/links/", link_views.links, name="links"),
    path("tickets/<int:pk>/incidents/", incident_views.incidents, name="incidents"),
    path("tickets/<int:pk>/links/add/", link_views.link, name="link"),
    path("tickets/<int:pk>/links/<int:link_pk>/remove/", link_views.unlink, name="unlink"),
    path("tickets/<int:pk>/split/<int:message_pk>/", link_views.split, name="split"),
    path("tickets/merge/", merge_views.merge, name="merge"),
    path("tickets/<int:pk>/merge/undo/", merge_views.undo, name="undo_merge"),
    path("tickets/new/", views.create, name="create"),
    path("tickets/new/callers/", views.callers, name="callers"),
    path("tickets/<int:pk>/", views.detail, name="detail"),
    path("tickets/<int:pk>/properties/", property_views.properties, name="properties"),
    path("tickets/<int:pk>/properties/<slug:name>/", property_views.field, name="field"),
    path("tickets/<int:pk>/news/", live_views.news, name="news"),
    path("tickets/<int:pk>/colleagues/", live_views.colleagues, name="colleagues"),
    path("tickets/<int:pk>/here/", live_views.here, name="here"),
    path("tickets/<int:pk>/edit/", views.edit, name="edit"),
    path("tickets/<int:pk>/reply/", views.reply, name="reply"),
    path("tickets/<int:pk>/note/", views.note, name="note"),
    path("tickets/<int:pk>/draft/", composer_views.draft, name="draft"),
    path("tickets/<int:pk>/replies/<int:message>/undo/", composer_views.undo, name="undo"),
    path("tickets/<int:pk>/replies/<int:message>/send/", composer_views.send, name="send"),
    path("tickets/<int:pk>/people/", people_views.people, name="people"),
    path("tickets/<int:pk>/copies/", people_views.copies, name="copies"),
    path(
        "tickets/<int:pk>/copies/<int:proposed_pk>/", people_views.decide_copy, name="decide_copy"
    ),
    path("tickets/<int:pk>/follow/", people_views.follow, name="follow"),
    path("tickets/<int:pk>/unfollow/", people_views.unfollow, name="unfollow"),
    path("tickets/tags/words/", tag_views.tag_words, name="tag_words"),
    path("tickets/<int:pk>/tags/", tag_views.tags, name="tags"),
    path("tickets/<int:pk>/tags/add/", tag_views.add_tag, name="add_tag"),
    path("tickets/<int:pk>/tags/remove/", tag_views.remove_tag, name="remove_tag"),
    path("tickets/new/fields/", custom_views.custom_inputs, name="custom_inputs"),
    path("tickets/<int:pk>/fields/", custom_views.custom_values, name="custom_values"),
    path("tickets/<int:pk>/status/", views.status, name="status"),
    path("tickets/<int:pk>/assign/", views.assign, name="assign"),
    path("tickets/<int:pk>/visit/", views.book_visit, name="book_visit"),
    path("tickets/<int:pk>/visit/cancel/", views.cancel_visit, name="cancel_visit"),
    path("tickets/<int:pk>/technicians/", views.dispatch, name="dispatch"),
    path("tickets/files/<int:pk>/", views.attachment, name="attachment"),
    path("tickets/of-customer/<int:pk>/", views.customer_panel, name="customer_panel"),
    path("tickets/of-device/<int:pk>/", views.device_panel, name="device_panel"),
    path("tickets/<int:pk>/clocks/", sla_views.clocks, name="clocks"),
    path("tickets/<int:pk>/why/", sla_views.why, name="why"),
    path("tickets/new/similar/", search_views.similar_words, name="similar_words"),
    path("tickets/<int:pk>/articles/", article_views.article_find, name="article_find"),
    path(
        "tickets/<int:pk>/articles/<int:article>/insert/",
        article_views.article_insert,
        name="article_insert",
    ),
    path("tickets/<int:pk>/similar/", search_views.similar, name="similar"),
    path("canned/", canned_views.Canned.as_view(), name="canned"),
    path("canned/new/", canned_views.canned_create, name="canned_create"),
    path("canned/preview/", canned_views.canned_preview, name="canned_preview"),
    path("canned/<int:pk>/", canned_views.canned_edit, name="canned_edit"),
    path("canned/<int:pk>/delete/", canned_views.canned_delete, name="canned_delete"),
    path("tickets/<int:pk>/canned/", canned_views.canned_find, name="canned_find"),
    path("tickets/<int:pk>/canned/<int:canned>/", canned_views.canned_insert, name="canned_insert"),
    path("canned/macros/", macro_views.Macros.as_view(), name="macros"),
    path("canned/macros/new/", macro_views.macro_create, name="macro_create"),
    path("canned/macros/<int:pk>/", macro_views.macro_edit, name="macro_edit"),
    path("canned/macros/<int:pk>/delete/", macro_views.macro_delete, name="macro_delete"),
    path("tickets/bulk/macros/", macro_views.bulk_macros, name="bulk_macros"),
    path("tickets/<int:pk>/macros/", macro_views.macro_pick, name="macro_pick"),
    path("tickets/<int:pk>/macros/<int:macro>/", macro_views.macro_preview, name="macro_preview"),
    path("tickets/<int:pk>/macros/<int:macro>/run/", macro_views.macro_run, name="macro_run"),
    path("tickets/<int:pk>/snooze/", snooze_views.snooze, name="snooze"),
    path("tickets/<int:pk>/wake/", snooze_views.wake, name="wake"),
    path("search/", search_views.search, name="search"),
    path("search/palette/", search_views.palette, name="palette"),
    path("settings/", views.settings, name="settings"),
    path("ticket-fields/", custom_views.custom_fields, name="custom_fields"),
    path("ticket-fields/new/", custom_views.CustomFieldPage.as_view(), name="custom_field_create"),
    path("ticket-fields/<int:pk>/", custom_views.CustomFieldPage.as_view(), name="custom_field"),
    path("ticket-fields/<int:pk>/move/", custom_views.custom_field_move, name="custom_field_move"),
    path("promises/", sla_views.policies, name="policies"),
    path("promises/new/", sla_views.policy_create, name="policy_create"),
    path("promises/progress/", sla_views.policy_progress, name="policy_progress"),
    path("promises/<int:pk>/", sla_views.policy, name="policy"),
    path("promises/<int:pk>/move/", sla_views.policy_move, name="policy_move"),
    path("promises/<int:pk>/delete/", sla_views.policy_delete, name="policy_delete"),
    path("rules/", rule_views.rules, name="rules"),
    path("rules/new/", rule_views.rule_create, name="rule_create"),
    path("rules/log/", rule_views.rule_log, name="rule_log"),
    path("rules/<int:pk>/", rule_views.rule, name="rule"),
    path("rules/<int:pk>/move/", rule_views.rule_move, name="rule_move"),
    path("rules/<int:pk>/delete/", rule_views.rule_delete, name="rule_delete"),
    path("rules/<int:pk>/try/", rule_views.rule_try, name="rule_try"),
    path("rules/<int:pk>/trial/", rule_views.rule_trial, name="rule_trial"),
    *portal_urlpatterns,
    *field_urlpatterns,
]
