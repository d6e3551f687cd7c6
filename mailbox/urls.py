"""Pages of incoming mail and SMS."""

from django.urls import path

from mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("mail/", views.Index.as_view(), name="index"),
    path("mail/waiting/", views.waiting_count, name="waiting_count"),
    path("mail/<int:pk>/", views.detail, name="detail"),
    path("mail/ticket/<int:pk>/", views.of_ticket, name="of_ticket"),
    path("mail/<int:pk>/as-sent/", views.as_sent, name="as_sent"),
    path("mail/<int:pk>/folded/", views.folded, name="folded"),
    path("mail/<int:pk>/source/", views.source, name="source"),
    path("mail/<int:pk>/move/", views.move, name="move"),
    path("mail/<int:pk>/again/", views.again, name="again"),
    path("sms/", views.Sms.as_view(), name="sms"),
    path("sms/receive/", views.sms_receive, name="sms_receive"),
    path("sms/<int:pk>/", views.sms_detail, name="sms_detail"),
    path("sms/<int:pk>/move/", views.sms_move, name="sms_move"),
    path("sms/<int:pk>/again/", views.sms_again, name="sms_again"),
]
