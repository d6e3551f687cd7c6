"""Pages of notifications."""

from django.urls import path

from notifications import text_views, views, way_out_views

app_name = "notifications"
urlpatterns = [
    path("news/", views.index, name="index"),
    path("news/bell/", views.bell, name="bell"),
    path("news/read/", views.read_all, name="read_all"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("news/push/", views.push_add, name="push_add"),
    path("news/push/<int:pk>/remove/", views.push_remove, name="push_remove"),
    path("news/rules/", views.rules, name="rules"),
    path("news/rules/set/", views.rule_set, name="rule_set"),
    path("news/<int:pk>/read/", views.read, name="read"),
    path("news/stop/<str:key>/", way_out_views.unsubscribe, name="unsubscribe"),
    path("account/preferences/", views.preferences, name="preferences"),
    path("outbox/", views.Outbox.as_view(), name="outbox"),
    path("outbox/waiting/", views.outbox_count, name="outbox_count"),
    path("outbox/resend/", views.resend_many, name="resend_many"),
    path("outbox/tracking/", views.tracking, name="tracking"),
    path("outbox/ticket/<int:pk>/", views.of_ticket, name="of_ticket"),
    path("outbox/<int:pk>/", views.message, name="message"),
    path("outbox/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("sms/<int:pk>/status/", views.sms_status, name="sms_status"),
    path("outbox/<int:pk>/resend/", views.resend, name="resend"),
    path("texts/", text_views.texts, name="texts"),
    path("texts/<slug:kind>/<slug:language>/", text_views.text_edit, name="text_edit"),
    path(
        "texts/<slug:kind>/<slug:language>/preview/", text_views.text_preview, name="text_preview"
    ),
    path("texts/<slug:kind>/<slug:language>/try/", text_views.text_try, name="text_try"),
    path("texts/<slug:kind>/<slug:language>/reset/", text_views.text_reset, name="text_reset"),
    path(
        "texts/<slug:kind>/<slug:language>/history/", text_views.text_history, name="text_history"
    ),
    path(
        "texts/<slug:kind>/<slug:language>/history/<int:number>/",
        text_views.text_restore,
        name="text_restore",
    ),
]
