"""Pages of accounts. /account/: one's own; /people/: the staff; /accounts/: the way in."""

from django.urls import path

from accounts.views import entrance, invitations, people, profile

app_name = "accounts"
urlpatterns = [
    path("register/", entrance.register, name="register"),
    path("account/", profile.profile, name="profile"),
    path("account/sessions/", profile.sessions, name="sessions"),
    path("account/theme/", profile.theme, name="theme"),
    path("people/", people.People.as_view(), name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/disable/", people.disable, name="disable"),
    path("people/<int:pk>/enable/", people.enable, name="enable"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/invitations/", invitations.invitations, name="invitations"),
    path("people/invitations/<int:pk>/revoke/", invitations.revoke, name="revoke"),
    path("people/invitations/<int:pk>/resend/", invitations.reinvite, name="reinvite"),
    path("invitation/<str:token>/", invitations.accept_invitation, name="accept_invitation"),
]
