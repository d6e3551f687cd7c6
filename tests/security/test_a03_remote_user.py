"""A03: a header never is an identity."""

import pytest
from django.contrib.sessions.models import Session

pytestmark = pytest.mark.django_db
NAMES = ["REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_X_FORWARDED_USER",
         "HTTP_X_USER_ID", "HTTP_X_AUTH_REQUEST_EMAIL", "HTTP_AUTHORIZATION"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/account/", "/people/", "/tickets/", "/admin/", "/portal/"])
def test_it_is_treated_as_nobody(name, path, admin, client):
    for value in [admin.email, str(admin.pk), "Basic YWRhOnB3"]:
        answer = client.get(path, **{name: value})
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(("/accounts/login/", "/admin/login/"))
    assert not Session.objects.exists()


def test_nothing_in_the_settings_believes_it(settings):
    installed = " ".join(settings.MIDDLEWARE + settings.AUTHENTICATION_BACKENDS)
    assert "RemoteUser" not in installed
